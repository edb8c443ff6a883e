"""What ends the demo before its end."""


class DemoProblem(Exception):
    """One sentence with its cure, for the person at the terminal."""
