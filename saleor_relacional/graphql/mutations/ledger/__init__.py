"""What people say of their ledger, and staff answer; their data taken along or forgotten."""
