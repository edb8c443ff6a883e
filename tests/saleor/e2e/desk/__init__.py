"""The owner at the desk inside the real Saleor Dashboard."""
