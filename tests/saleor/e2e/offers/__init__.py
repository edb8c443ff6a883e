"""What the wallet shows is what a real Saleor's checkout grants: cases drawn at random."""
