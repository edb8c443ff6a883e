"""What staff keep at their desk."""
