"""Cursors: where a page ended, opaque to who carries it. Keyset, never offset."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from math import isnan
from typing import Any

from graphene.relay import PageInfo
from graphql import GraphQLError

MOST = 2**62


def cursor(*values: Any) -> str:
    """From plain JSON values."""
    return urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode()


def whole(value: Any) -> int:
    """A kind: a number that the database can count with."""
    number = int(value)
    if not -MOST <= number <= MOST:
        raise ValueError(value)
    return number


def real(value: Any) -> float:
    """A kind: a number that has a place among numbers."""
    number = float(value)
    if isnan(number):
        raise ValueError(value)
    return number


def values(given: str, *kinds: Any) -> list[Any]:
    """Back into values, each made by its kind (None stays None). Raises GraphQLError for anything else."""
    try:
        found = json.loads(urlsafe_b64decode(given.encode()))
        return [None if one is None else kind(one) for kind, one in zip(kinds, found, strict=True)]
    except (NotBase64, ValueError, TypeError, ArithmeticError) as error:
        raise GraphQLError("Received cursor is invalid.") from error


def page_info(cursors: list[str], *, earlier: bool, more: bool) -> PageInfo:
    """Of a page with these cursors."""
    return PageInfo(
        has_next_page=more, has_previous_page=earlier,
        start_cursor=cursors[0] if cursors else None, end_cursor=cursors[-1] if cursors else None,
    )  # fmt: skip
