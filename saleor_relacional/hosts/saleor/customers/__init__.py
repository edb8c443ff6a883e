"""What accounts carry at Saleor."""
