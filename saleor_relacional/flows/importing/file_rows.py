"""The rows of an imported file: where its header is, what separates its fields, and which rows are none."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.importing import file_text

SEPARATORS = ",;\t|"
TITLES = 30
"""Rows before the header at most."""
_SEP = re.compile(r"\ufeff?\"?sep=(.)\"?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileForm:
    """How a file's rows are written."""

    path: Path
    encoding: str
    separator: str
    quoted: bool
    """Whether quotes enclose fields; in some files of tabs they are signs of inches."""
    header: tuple[str, ...]
    lines_before: int
    """Lines up to and with the header."""


def form_of(path: Path, encoding: str, known: Callable[[Sequence[str]], int]) -> FileForm:
    """How the file is written. `known` tells how many columns of a row mean something to us: the header is the row with
    most. Raises BadInput where there are no rows."""
    encoding = encoding or file_text.encoding_of(path)
    with file_text.opened(path, encoding) as file:
        head = list(islice(file, TITLES))
    said = _SEP.fullmatch(head[0]) if head else None
    best: tuple[int, int, str, list[str], int] | None = None
    for separator in [said.group(1)] if said else SEPARATORS:
        for row, lines in _beginning(head[1:] if said else head, separator):
            score = (known(row), len(row), separator, row, lines + bool(said))
            if best is None or score[:2] > best[:2]:
                best = score
    if best is None or not any(best[3]):
        raise BadInput(f"{path.name} holds no rows.", field="file")
    header = tuple(cell.strip().lstrip("\ufeff") for cell in best[3])
    quoted = best[2] != "\t" or _is_quoted(path, encoding, len(header))
    return FileForm(
        path=path, encoding=encoding, separator=best[2], quoted=quoted, header=header, lines_before=best[4]
    )


def rows(form: FileForm) -> Iterator[tuple[int, list[str]]]:
    """(line number in the file, fields without blanks around them) of each row that says something, filled up to the
    header's width. Raises BadInput when the file is damaged."""
    width = len(form.header)
    with file_text.opened(form.path, form.encoding) as file:
        reader = _reader(file, form)
        for _before in islice(file, form.lines_before):
            pass
        for row in _told(reader, form):
            fields = list(map(str.strip, row))
            if not form.quoted:
                fields = [_unwrapped(cell) for cell in fields]
            if len(fields) != width:
                while len(fields) > width and not fields[-1]:
                    del fields[-1]
                fields += [""] * (width - len(fields))
            if any(fields) and not _is_header(fields, form.header):
                yield reader.line_num + form.lines_before, fields


def _told(reader: Any, form: FileForm) -> Iterator[list[str]]:
    """The reader's rows; what is wrong with one names its line."""
    try:
        yield from reader
    except csv.Error as error:
        raise csv.Error(f"line {reader.line_num + form.lines_before}: {error}") from error


def _reader(lines: Iterable[str], form: FileForm) -> Any:
    if form.quoted:
        return csv.reader(lines, delimiter=form.separator, strict=True)
    return csv.reader(lines, delimiter=form.separator, quoting=csv.QUOTE_NONE)


def _beginning(head: list[str], separator: str) -> Iterator[tuple[list[str], int]]:
    """(row, lines read with it) of the first rows, as far as they can be read with this separator."""
    reader = csv.reader(head, delimiter=separator)
    while True:
        try:
            row = next(reader)
        except (StopIteration, csv.Error):
            return
        if any(cell.strip() for cell in row):
            yield row, reader.line_num


def _is_quoted(path: Path, encoding: str, width: int) -> bool:
    """Whether some field of a file of tabs holds a line break between quotes."""
    with file_text.opened(path, encoding) as file:
        return any(line.count('"') % 2 and line.count("\t") < width - 1 for line in file)


def _unwrapped(cell: str) -> str:
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"')
    return cell


def _is_header(fields: list[str], header: tuple[str, ...]) -> bool:
    """Whether a file was appended to another with its header."""
    return fields[-1] == header[-1] and [cell.lstrip("\ufeff") for cell in fields] == list(header)
