"""Cursors: where a page ended, opaque to the client. Keyset, never offset."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from math import isnan
from typing import Any

from graphene.relay import PageInfo
from graphql import GraphQLError

MOST = 2**62


def cursor(*values: Any) -> str:
    """A cursor that holds these plain JSON values."""
    return urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode()


def whole(value: Any) -> int:
    """The value as an integer that fits into the database's. Raises ValueError or TypeError."""
    number = int(value)
    if not -MOST <= number <= MOST:
        raise ValueError(value)
    return number


def real(value: Any) -> float:
    """The value as a number that can be ordered, so not NaN. Raises ValueError or TypeError."""
    number = float(value)
    if isnan(number):
        raise ValueError(value)
    return number


def values(given: str, *parsers: Any) -> list[Any]:
    """The values in a cursor, each through its parser (None stays None). Raises GraphQLError for anything else."""
    try:
        found = json.loads(urlsafe_b64decode(given.encode()))
        return [None if one is None else parse(one) for parse, one in zip(parsers, found, strict=True)]
    except (NotBase64, ValueError, TypeError, ArithmeticError) as error:
        raise GraphQLError("Received cursor is invalid.") from error


def page_info(cursors: list[str], *, earlier: bool, more: bool) -> PageInfo:
    """PageInfo of a page whose edges have these cursors."""
    return PageInfo(
        has_next_page=more, has_previous_page=earlier,
        start_cursor=cursors[0] if cursors else None, end_cursor=cursors[-1] if cursors else None,
    )  # fmt: skip
