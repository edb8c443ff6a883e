"""The widget on a voucher's page: which campaign it serves, who holds its codes."""
