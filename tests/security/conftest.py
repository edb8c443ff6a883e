"""The people of the API's stories."""

from tests.api.conftest import ana, learn

__all__ = ["ana", "learn"]
