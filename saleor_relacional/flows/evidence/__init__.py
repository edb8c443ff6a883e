"""What a campaign changed: outcomes by arm, lift, and how it is said."""
