"""Rows of a file of consents or of suppressions: an address, a day, a reason; what cannot be read names its line."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.importing import file_rows
from saleor_relacional.flows.importing.agreements import layout
from saleor_relacional.flows.importing.agreements.layout import ListPreset
from saleor_relacional.flows.people import tombstones

FORMATS = ("", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%d.%m.%Y")
"""ISO 8601 (empty), and other ways to write a day. Where days and months cannot be told apart, the day comes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRow:
    """One row that says something of an address."""

    line: int
    email: str
    at: datetime | None
    """When it was said; None: the file does not tell."""
    agreed: bool
    """Its status, where it has one, says that they agreed, and no column says that they left."""
    says_yes: bool
    """It has a status, and that says so."""
    cause: str
    """Of a suppression: opt_out, bounce or complaint."""
    first_name: str
    language: str


def rows(
    path: Path, preset_name: str, zone: ZoneInfo, now: datetime, *, suppressions: bool = False
) -> tuple[ListPreset, list[ListRow]]:
    """The platform and all rows with an address. Raises BadInput with the line at fault and its cure, and for a file of
    subscribed people where `suppressions` are asked for; then nothing was read."""
    form = file_rows.form_of(path, "", _known)
    preset = layout.preset_of(form.header, preset_name)
    found = layout.columns(form.header, preset)
    if suppressions and preset is layout.MAILCHIMP and "left_at" not in found:
        raise BadInput(
            "That is a file of people who are subscribed: take the one of those who left, or that was cleaned. Nothing"
            " was imported.",
            field="file",
        )
    return preset, list(_read(form, found, zone, now))


def _known(row: Sequence[str]) -> int:
    told = {cell.strip().lower() for cell in row}
    wanted = {
        name for one in layout.PRESETS for name in (*one.email, *one.agreed_at, *one.left_at, *one.marks)
    }
    return len(told & wanted)


def _read(
    form: file_rows.FileForm, found: Mapping[str, int], zone: ZoneInfo, now: datetime
) -> Iterator[ListRow]:
    def cell(fields: Sequence[str], what: str) -> str:
        return fields[found[what]].strip() if what in found else ""

    for line, fields in file_rows.rows(form):
        email = cell(fields, "email")
        if not email:
            continue
        if tombstones.mailbox(email) is None or len(email) > 254:
            raise BadInput(
                f"Line {line}: that is no e-mail address. Mend it, or take the line out. Nothing was imported.",
                field="file",
            )
        left, status = cell(fields, "left_at"), cell(fields, "status").lower()
        gone = found.get("left_at") != found.get("agreed_at") and bool(left)
        gone = gone or cell(fields, "given_up") not in ("", "[]")
        yield ListRow(
            line=line, email=email, agreed=not gone and (not status or status in layout.AGREED),
            says_yes=not gone and status in layout.AGREED,
            at=_moment(left if gone and left else cell(fields, "agreed_at") or left, line, zone, now),
            cause=layout.cause_of(cell(fields, "reason"), form.header), first_name=cell(fields, "first_name")[:256],
            language=cell(fields, "language")[:35],
        )  # fmt: skip


def _moment(text: str, line: int, zone: ZoneInfo, now: datetime) -> datetime | None:
    if not text:
        return None
    found = next((at for one in FORMATS if (at := _by(text, one))), None)
    if found is None:
        raise BadInput(
            f"Line {line}: {text[:40]!r} is no day. Write it as 2024-05-31 14:30. Nothing was imported.",
            field="file",
        )
    at = found if found.tzinfo else found.replace(tzinfo=zone)
    if at > now:
        raise BadInput(
            f"Line {line}: that day is still to come. Mend it. Nothing was imported.", field="file"
        )
    return at


def _by(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form) if form else datetime.fromisoformat(text)
    except ValueError:
        return None
