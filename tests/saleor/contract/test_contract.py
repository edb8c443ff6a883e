"""Saleor keeps the contract that every host keeps."""

import pytest

from tests.hosts.contract import HostContract


@pytest.mark.django_db
class TestSaleor(HostContract):
    """All of it, on a real Saleor."""
