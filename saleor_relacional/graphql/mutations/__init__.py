"""What can be changed, one file an idea. Refused means that nothing has changed."""
