"""The same people as in the API's tests."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from tests.api.conftest import ana, learn, owner, reader

__all__ = ["ana", "learn", "owner", "reader"]


@pytest.fixture(autouse=True)
def _speaks_as_before() -> Iterator[None]:
    """A request leaves its language active in this thread, as Django's middleware does; the next test has its own."""
    yield
    translation.deactivate()
