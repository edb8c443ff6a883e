"""The bytes of an imported file as text: packed or not, in whatever encoding it was saved."""

import codecs
import csv
import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from saleor_relacional.errors import BadInput

BLOCK = 1 << 16

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip

NO_TEXT = {
    b"PK\x03\x04": "a workbook or an archive", b"\xd0\xcf\x11\xe0": "an old Excel workbook", b"%PDF": "a PDF",
    b"<html": "a web page", b"<!doctype": "a web page", b"<table": "a web page", b"<?xml": "XML", b"{": "JSON",
    b"[{": "JSON",
}  # fmt: skip
"""How files begin that hold no rows of text, and what they are."""

_WESTERN = re.compile("[\0-\x7fÀ-ÖØ-öø-ÿ€£¥¢§°ºª·¡¿«»–—‘’“”•…™®©ŒœŠšŽž\xa0\xad´×²½¼¾]*")
"""What people write in Western Europe, as code page 1252 has it; bytes of another page come out as other signs."""


@contextmanager
def opened(path: Path, encoding: str) -> Iterator[TextIO]:
    """The file as text, unpacked. Raises BadInput when it cannot be read at all."""
    with (
        readable(path, encoding),
        _unpacked(path) as raw,
        io.TextIOWrapper(raw, encoding=encoding, newline="") as file,
    ):
        yield file


def fingerprint(path: Path) -> str:
    """SHA-256 of what the file holds, in hexadecimal; of a packed file, of what is packed, so that a packed copy is the
    same file. Raises BadInput when it cannot be read."""
    with readable(path, ""), _unpacked(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def encoding_of(path: Path) -> str:
    """The encoding that the file is saved in: by its mark, UTF-8, or the code page of Western Europe. Raises BadInput
    where it is no text, or another code page."""
    with readable(path, ""), _unpacked(path) as file:
        head = file.read(BLOCK)
        for beginning, what in NO_TEXT.items():
            if head.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(beginning.lower()):
                raise BadInput(
                    f"{path.name} is {what}, no text: open it in a spreadsheet and save the sheet of"
                    f" orders as CSV UTF-8."
                    " Nothing was imported.",
                    field="file",
                )
        for mark, encoding in MARKS:
            if head.startswith(mark):
                return encoding
        if head[:200].count(0) * 3 > len(head[:200]):
            return "utf-16-le" if head[1:200:2].count(0) > head[:200:2].count(0) else "utf-16-be"
        return "utf-8" if _is_utf8(head, file) else _western(path)


def _is_utf8(head: bytes, file: gzip.GzipFile | io.BufferedReader) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while head:
            decoder.decode(head)
            head = file.read(BLOCK)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _western(path: Path) -> str:
    with _unpacked(path) as file:
        while block := file.read(BLOCK):
            try:
                plausible = _WESTERN.fullmatch(block.decode("cp1252"))
            except UnicodeDecodeError:
                plausible = None
            if not plausible:
                raise BadInput(
                    f"{path.name} is neither UTF-8 nor Windows' page of Western Europe. Save it as CSV UTF-8, or say"
                    " --encoding: cp1250 (Central Europe), cp1251 (Cyrillic), cp1253 (Greek), cp1254"
                    " (Turkish), mac_roman"
                    " (old Macs). Nothing was imported.",
                    field="encoding",
                )
    return "cp1252"


def _unpacked(path: Path) -> gzip.GzipFile | io.BufferedReader:
    return gzip.open(path) if path.suffix == ".gz" else path.open("rb")


@contextmanager
def readable(path: Path, encoding: str) -> Iterator[None]:
    """Turns what can go wrong with a file's bytes into BadInput that names the cure."""
    try:
        yield
    except UnicodeError as error:
        raise BadInput(
            f"{path.name} is not {encoding}: leave --encoding out, and it is found. Nothing was imported.",
            field="encoding",
        ) from error
    except csv.Error as error:
        raise BadInput(
            f"{path.name} cannot be read: {error}, most likely because of a quote that opens a field and"
            f" never closes it."
            " Double the quotes inside a field, or leave them out. Nothing was imported.",
            field="file",
        ) from error
    except (OSError, EOFError, LookupError, zlib.error) as error:
        why = getattr(error, "strerror", None) or error
        raise BadInput(f"{path.name} cannot be read: {why}. Nothing was imported.", field="file") from error
