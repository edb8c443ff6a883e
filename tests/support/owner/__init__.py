"""What an owner walks through: the script of the first quarter of an hour, and every page of the desk."""
