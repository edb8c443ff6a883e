"""What the wallet shows is what the checkout grants: stories, and cases drawn at random."""
