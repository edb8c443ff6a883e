"""What can be asked, one file an idea."""
