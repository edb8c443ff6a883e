"""Tests on a real Saleor, `make test-saleor`: the contract suite in Saleor's own pytest, the whole way over HTTP."""
