"""Who agreed, and who did not want any more, from the files of the system that wrote to them before."""
