"""An export as files: one of JSON, with the ledger in words before the tables, or a CSV per table in a ZIP. No cell of
a CSV is read as a formula by a spreadsheet."""

import csv
import io
import json
import zipfile
from collections.abc import Sequence
from typing import Any

from saleor_relacional.flows.ledger.export import Export, Row
from saleor_relacional.flows.ledger.ledger import Ledger

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""With which a spreadsheet begins a formula, or an import of it is led astray (CWE-1236)."""
DATE = (1980, 1, 1, 0, 0, 0)
"""Of the files in a ZIP: the same data give the same bytes."""


def as_json(export: Export, ledger: Ledger) -> bytes:
    """UTF-8."""
    told = {
        "made_at": export.made_at.isoformat(),
        "in_words": [
            *ledger.headline,
            *(
                f"{entry.at.date().isoformat() if entry.at else ''} {entry.title} {entry.detail}".strip()
                for part in ledger.sections
                for entry in part.entries
            ),
        ],
        "tables": export.tables,
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def as_zip(export: Export) -> bytes:
    """A ZIP with a file for each table that holds something."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in export.tables.items():
            if rows:
                archive.writestr(zipfile.ZipInfo(f"{name}.csv", DATE), as_csv(rows))
    return buffer.getvalue()


def as_csv(rows: Sequence[Row]) -> str:
    """One table, a line per row. Begins with the mark by which spreadsheets know UTF-8."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    columns = list(rows[0])
    writer.writerow(columns)
    writer.writerows([safe(row[column]) for column in columns] for row in rows)
    return "\ufeff" + buffer.getvalue()


def safe(value: Any) -> str:
    """A value as a cell. Text that a spreadsheet would compute begins with an apostrophe; numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    text = str(value)
    if isinstance(value, str) and text.startswith(FORMULAS) and not _number(text):
        return f"'{text}"
    return text


def _number(text: str) -> bool:
    """A negative amount, as the tables hold it."""
    return text[:1] == "-" and text[1:].replace(".", "", 1).isdecimal() and text.isascii()
