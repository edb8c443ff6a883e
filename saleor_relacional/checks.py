"""System checks: what an installation lacks is said at start, with its cure, instead of failing in a task."""
