"""Numbers out of the database as columns, by binary COPY: no Python object a value."""

from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connections

from saleor_relacional import conf

_HEADER = 19
"""Signature, flags and length of the extension, in bytes; of the last, the number at the end."""


def floats(query: str, parameters: Any, width: int) -> npt.NDArray[np.float64]:
    """A matrix of `width` columns, a row for each row of the query, which must answer in float8 throughout. NULL is not
    allowed: say 'NaN' instead. Raises ValueError when the answer has another shape."""
    body = _copied(query, parameters)
    row = np.dtype([("fields", ">i2"), *((f"{kind}{i}", f">{code}") for i in range(width)
                    for kind, code in (("length", "i4"), ("value", "f8")))])  # fmt: skip
    content = body[_HEADER:-2]
    if len(content) % row.itemsize:
        raise ValueError(f"the query does not answer in {width} columns of float8 without NULL")
    found = np.frombuffer(content, dtype=row)
    if len(found) and not (
        (found["fields"] == width).all() and all((found[f"length{i}"] == 8).all() for i in range(width))
    ):
        raise ValueError(f"the query does not answer in {width} columns of float8 without NULL")
    return np.column_stack([found[f"value{i}"] for i in range(width)]).astype(np.float64)


def _copied(query: str, parameters: Any) -> bytes:
    connection = connections[conf.database()]
    connection.ensure_connection()
    with (
        connection.cursor() as cursor,
        cursor.cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT BINARY)", parameters) as copy,
    ):
        return b"".join(bytes(block) for block in copy)
