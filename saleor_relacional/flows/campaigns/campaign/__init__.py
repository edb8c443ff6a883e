"""One campaign from its draft to its end: what it lacks, what was changed, how it is finished."""
