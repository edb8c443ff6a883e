"""Cursors: where a page ended, opaque to the client. Keyset, never offset."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from datetime import datetime
from decimal import Decimal
from math import isnan
from typing import Any

from graphene.relay import PageInfo
from graphql import GraphQLError

MOST = 2**62
LONGEST = 400
"""Characters of a cursor. Ours are far shorter."""


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


def exact(value: Any) -> Decimal:
    """The value as an amount of money that a column of ours could hold. Raises ValueError, TypeError or
    ArithmeticError."""
    number = Decimal(value)
    if not number.is_finite() or abs(number) > MOST or number.as_tuple().exponent < -20:  # type: ignore[operator]
        raise ValueError(value)
    return number


def instant(value: Any) -> datetime:
    """The value as a moment in a zone. Raises ValueError or TypeError."""
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(value)
    return moment


def values(given: str, *parsers: Any) -> list[Any]:
    """The values in a cursor, each through its parser (None stays None). Raises GraphQLError for anything else."""
    try:
        found = json.loads(_flat(given))
        return [None if one is None else parse(one) for parse, one in zip(parsers, found, strict=True)]
    except (NotBase64, ValueError, TypeError, ArithmeticError) as error:
        raise GraphQLError("Received cursor is invalid.") from error


def _flat(given: str) -> bytes:
    """The JSON in a cursor. Raises ValueError unless it is one list of plain values: what is nested is not ours, and
    could be nested deeper than can be read."""
    text = urlsafe_b64decode(given.encode()) if len(given) <= LONGEST else b""
    if text.count(b"[") != 1 or b"{" in text:
        raise ValueError("not a cursor of ours")
    return text


def page_info(cursors: list[str], *, earlier: bool, more: bool) -> PageInfo:
    """PageInfo of a page whose edges have these cursors."""
    return PageInfo(
        has_next_page=more, has_previous_page=earlier,
        start_cursor=cursors[0] if cursors else None, end_cursor=cursors[-1] if cursors else None,
    )  # fmt: skip
