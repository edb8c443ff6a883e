"""What a template may see: plain values only, cleaned once, before any template runs."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from urllib.parse import urlsplit

from .problems import TemplateProblem

Plain = None | bool | int | float | Decimal | str | dt.date | list["Plain"] | dict[str, "Plain"]

MAX_DEPTH = 8
_NOT_PRINTED = {"Cc", "Cf", "Cs", "Co"}
_JOINERS = "\u200c\u200d"  # needed by Persian, Indic scripts and emoji; harmless in a name


def one_line(text: str) -> str:
    """Line breaks become commas (a postal address), the rest of the white space single blanks, and
    characters that print nothing (controls, direction overrides) go: no value can fake a paragraph
    of ours or a header."""
    if text.isprintable() and "  " not in text and text.strip(" ,") == text:
        return text
    lines = (_printed(line).strip(" ,") for line in text.splitlines())
    return ", ".join(line for line in lines if line)


def _printed(line: str) -> str:
    line = line.replace("\t", " ")
    kept = line if line.isprintable() else "".join(
        c for c in line if c in _JOINERS or unicodedata.category(c) not in _NOT_PRINTED
    )  # fmt: skip
    return re.sub(r"[ \u3000]+", " ", kept)


_SCALARS = frozenset([type(None), bool, int, float, Decimal, dt.date, dt.datetime])
_LINK = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]+)?(?:[/?#][!-~]*)?")


class Clean(dict[str, "Plain"]):
    """Data that has been cleaned, as a whole."""


def clean(data: Mapping[str, object]) -> Clean:
    """A deep copy in plain types. Objects (a model, a lazy string, a Markup) have no way in."""
    if isinstance(data, Clean):
        return data
    try:
        plain = Clean((str(key), _copied(value, 1)) for key, value in data.items())
    except _Unusual:
        plain = Clean((str(key), _plain(value, str(key), 1)) for key, value in data.items())
    links = plain.get("links")
    if isinstance(links, dict):
        for name, link in links.items():
            _check_link(f"links.{name}", link)
    return plain


class _Unusual(Exception):
    """To be looked at more closely."""


def _copied(value: object, depth: int) -> Plain:
    """As `_plain`, of what data are made of nearly always."""
    kind = type(value)
    if kind is str:
        return one_line(value)  # type: ignore[arg-type]
    if kind in _SCALARS:
        return value  # type: ignore[return-value]
    if kind is dict and depth < MAX_DEPTH:
        return {str(key): _copied(item, depth + 1) for key, item in value.items()}  # type: ignore[attr-defined]
    if kind is list and depth < MAX_DEPTH:
        return [_copied(item, depth + 1) for item in value]  # type: ignore[attr-defined]
    raise _Unusual


def _plain(value: object, path: str, depth: int) -> Plain:
    if depth > MAX_DEPTH:
        raise _problem(path, f"is nested more than {MAX_DEPTH} levels deep", "Pass less.")
    if value is None or isinstance(value, bool | int | float | Decimal | dt.date):
        return value
    if isinstance(value, str):
        return one_line(str.__str__(value))
    if isinstance(value, Mapping):
        return {str(key): _plain(item, f"{path}.{key}", depth + 1) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | range):
        return [_plain(item, f"{path}[{at}]", depth + 1) for at, item in enumerate(value)]
    raise _problem(
        path, f"is a {type(value).__name__}", "Pass text, numbers, dates, lists and mappings only."
    )


def _check_link(path: str, link: Plain) -> None:
    if link is None or (isinstance(link, str) and _LINK.fullmatch(link)):
        return
    parts = urlsplit(link) if isinstance(link, str) else None
    if parts is None or parts.scheme not in ("http", "https") or not parts.netloc or " " in parts.geturl():
        raise _problem(path, "is not a web address", "Pass an absolute https:// address.")


def _problem(path: str, problem: str, cure: str) -> TemplateProblem:
    return TemplateProblem(f"`{path}` {problem}", template="data", cure=cure)


def data_hash(data: Mapping[str, object], *, key: bytes = b"") -> str:
    """64 hex digits that say whether two mails were made from the same data. Give a `key`: without
    one, somebody with the table could find a name again by trying names."""
    canonical = json.dumps(
        clean(data), sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_canonical
    )
    return hmac.new(key, canonical.encode(), hashlib.sha256).hexdigest()


def _canonical(value: object) -> str:
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        return value.astimezone(dt.UTC).isoformat()
    return value.isoformat() if isinstance(value, dt.date) else str(value)
