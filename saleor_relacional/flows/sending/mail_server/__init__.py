"""The mail server, or the provider in its place: how fast it may be used, what it answers, who starts it again."""
