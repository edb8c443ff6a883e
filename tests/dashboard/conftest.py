"""The same people as in the API's tests."""

from tests.api.conftest import ana, learn, owner, reader

__all__ = ["ana", "learn", "owner", "reader"]
