"""Tests on a real Saleor: `make test-saleor`. The contract suite inside Saleor's own pytest, the whole way over HTTP."""
