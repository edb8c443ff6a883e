"""The standalone shop keeps the contract."""

import pytest

from tests.hosts.contract import HostContract


@pytest.mark.django_db
class TestStandalone(HostContract):
    """All of it, on the shop that we ship."""
