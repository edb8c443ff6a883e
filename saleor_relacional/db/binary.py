"""COPY in PostgreSQL's binary format, to and from numpy: a table's rows as columns, no Python object per value.

Out of the database all rows come as one value, because handing over each row costs more than computing with it. Every
column has a fixed width and NULL is not allowed: say '-infinity' of a moment or a day, 'NaN' of a float. Into it, each
column says itself which of its rows are NULL. Moments are microseconds, days are days, both since the start of 2000, as
the server counts them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Bools = npt.NDArray[np.bool_]

NO_MOMENT = np.iinfo(np.int64).min
"""-infinity as a timestamp: no moment."""
NO_DAY = np.iinfo(np.int32).min
"""-infinity as a date: no day."""
DAY_MICROSECONDS = 86_400_000_000
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_SIGNATURE = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_END = b"\xff\xff"


def moment(at: datetime) -> int:
    """Microseconds since the start of 2000."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def day(on: date) -> int:
    """Days since the start of 2000."""
    return (on - _EPOCH.date()).days


def packed(query: str) -> str:
    """A query that answers all rows of `query` as one value, for `read`."""
    return f"SELECT string_agg(record_send(answer), '') FROM ({query}) AS answer"


def read(data: bytes, columns: Mapping[str, str]) -> Array:
    """What COPY (packed query) TO STDOUT (FORMAT BINARY) said, as a structured array. `columns` are names with numpy
    types: f8, i8, i4, i2, i1 (a boolean), or S with its width. Raises ValueError when the answer has another shape."""
    kinds = [(name, kind if kind[0] == "S" else f">{kind}") for name, kind in columns.items()]
    row = np.dtype(
        [("fields", ">i4")]
        + [
            part
            for name, kind in kinds
            for part in ((f"{name} type", ">i4"), (f"{name} width", ">i4"), (name, kind))
        ]
    )
    body = memoryview(data)[len(_SIGNATURE) + 6 : -len(_END)]
    if not data.startswith(_SIGNATURE) or len(body) % row.itemsize:
        raise ValueError("the query does not answer in these columns, or says NULL")
    found = np.frombuffer(body, dtype=row)
    for name, kind in kinds:
        if (found[f"{name} width"] != np.dtype(kind).itemsize).any():
            raise ValueError(f"{name} is not {kind} throughout, or NULL")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column to write: its rows as the server reads them, one row of bytes each."""

    content: npt.NDArray[np.uint8]
    """Rows × widest value in bytes."""
    width: npt.NDArray[np.int32] | int
    """Bytes of each value; -1 where it is NULL."""
    type: str
    """The server's name of its type, in TYPES."""


TYPES = {
    "int2": (21, 1005), "int4": (23, 1007), "int8": (20, 1016), "float8": (701, 1022), "text": (25, 1009),
    "date": (1082, 1182), "timestamptz": (1184, 1185), "numeric": (1700, 1231),
}  # fmt: skip
"""Name → the server's numbers of the type, and of an array of it."""
_NUMBERS = {"i2": "int2", "i4": "int4", "i8": "int8", "f8": "float8"}


def numbers(values: npt.ArrayLike, kind: str, missing: Bools | None = None) -> Column:
    """Numbers of the numpy type `kind`: i2, i4, i8 or f8. NULL where `missing`."""
    return _fixed(values, kind, missing, _NUMBERS[kind])


def moments(values: Array) -> Column:
    """NULL where there is NO_MOMENT."""
    return _fixed(values, "i8", values == NO_MOMENT, "timestamptz")


def days(values: Array) -> Column:
    """NULL where there is NO_DAY."""
    return _fixed(values, "i4", values == NO_DAY, "date")


def _fixed(values: npt.ArrayLike, kind: str, missing: Bools | None, type: str) -> Column:
    found = np.ascontiguousarray(values, dtype=f">{kind}")
    size = found.dtype.itemsize
    width = size if missing is None else np.where(missing, -1, size).astype(np.int32)
    return Column(content=found.view(np.uint8).reshape(len(found), size), width=width, type=type)


def floats(values: Array) -> Column:
    """NULL where there is nan."""
    return numbers(values, "f8", np.isnan(values))


def texts(values: Array) -> Column:
    """Text of one byte a letter: an array of numpy type S."""
    size = max(values.dtype.itemsize, 1)
    content = np.ascontiguousarray(values).view(np.uint8).reshape(len(values), size)
    return Column(content=content, width=np.char.str_len(values).astype(np.int32), type="text")


def money(thousandths: Array) -> Column:
    """Exact amounts with three decimals, in thousandths."""
    digits = np.empty((len(thousandths), 9), dtype=">i2")
    rest, part = np.divmod(np.abs(thousandths), 1_000)
    for place in range(7, 3, -1):
        rest, digits[:, place] = np.divmod(rest, 10_000)
    digits[:, 8] = part * 10
    digits[:, 0], digits[:, 1], digits[:, 3] = 5, 3, 3
    digits[:, 2] = np.where(thousandths < 0, 0x4000, 0)
    return Column(content=digits.view(np.uint8).reshape(len(thousandths), 18), width=18, type="numeric")


def write(columns: Sequence[Column]) -> bytes:
    """What COPY … FROM STDIN (FORMAT BINARY) reads: all rows, in order."""
    count = len(columns[0].content)
    blocks = [_block(columns, slice(start, start + _ROWS)) for start in range(0, count, _ROWS)]
    return b"".join([_SIGNATURE, *blocks, _END])


_ROWS = 2_048
"""Rows that are put together at a time: they stay in the processor's cache."""


def array(column: Column) -> bytes:
    """The values of a column as one parameter: an array in the server's binary format."""
    count = len(column.content)
    element, _ = TYPES[column.type]
    header = np.array([min(count, 1), 1, element, count, 1][: 5 if count else 3], dtype=">i4")
    return header.tobytes() + _cells([column], slice(None))


def _block(columns: Sequence[Column], rows: slice) -> bytes:
    return _cells(columns, rows, len(columns).to_bytes(2, "big"))


def _cells(columns: Sequence[Column], rows: slice, before: bytes = b"") -> bytes:
    """Each row: what stands before it, then each value with its width in front."""
    contents = [column.content[rows] for column in columns]
    count, at = len(contents[0]), len(before)
    table = np.empty((count, at + sum(4 + content.shape[1] for content in contents)), dtype=np.uint8)
    said = np.ones(table.shape, dtype=np.bool_)
    table[:, :at] = np.frombuffer(before, dtype=np.uint8)
    for column, content in zip(columns, contents, strict=True):
        end = at + 4 + content.shape[1]
        table[:, at + 4 : end] = content
        if isinstance(column.width, int):
            table[:, at : at + 4] = np.frombuffer(column.width.to_bytes(4, "big"), dtype=np.uint8)
        else:
            width = column.width[rows]
            table[:, at : at + 4] = width.astype(">i4").view(np.uint8).reshape(count, 4)
            said[:, at + 4 : end] = np.arange(content.shape[1]) < width[:, np.newaxis]
        at = end
    return table[said].tobytes()
