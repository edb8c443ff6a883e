"""Reading one person, or a page of them: beliefs with their reasons, rhythms, habits, history of stages."""
