"""The people of the API's stories."""

from tests.api.conftest import ana, learn, reader

__all__ = ["ana", "learn", "reader"]
