"""The sections of the desk, a file per section."""
