"""Rows of a file of consents or of suppressions: an address, a day, a reason; what cannot be read names its line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.importing import addresses, dates, file_rows
from saleor_relacional.flows.importing.agreements import layout, verdicts
from saleor_relacional.flows.importing.agreements.layout import Columns, ListPreset
from saleor_relacional.flows.people import tombstones


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRow:
    """One row that says something of an address."""

    line: int
    email: str
    at: datetime | None
    """When it was said; None: the file does not tell."""
    agreed: bool
    """Its status, where the file has one, says that they agreed, and no column says that they left."""
    says_no: bool
    """It says that they did not agree, or left: more than that it says nothing."""
    goes_on: bool
    """It says that they did not leave."""
    cause: str
    """Of a suppression: opt_out, bounce or complaint."""
    first_name: str
    language: str


def rows(
    path: Path, preset_name: str, zone: ZoneInfo, now: datetime, *, suppressions: bool = False,
    passed_over: Sequence[str] = (), date_order: str = "",
) -> tuple[ListPreset, list[ListRow]]:  # fmt: skip
    """The platform and all rows with an address. Raises BadInput with the line at fault and its cure, and for a file of
    subscribed people where `suppressions` are asked for, or the other way round; then nothing was read."""
    form = file_rows.form_of(path, "", _known)
    preset = layout.preset_of(form.header, preset_name)
    found = layout.columns(form.header, preset, passed_over)
    if suppressions and preset is layout.MAILCHIMP and not (found.status or "left_at" in found.one):
        raise BadInput(
            "That is a file of people who are subscribed: take the one of those who left, or that was cleaned. Nothing"
            " was imported.",
            field="file",
        )
    if not suppressions and preset is layout.MAILCHIMP and path.name.lower().startswith("nonsubscribed"):
        raise BadInput(
            "That is Mailchimp's file of people who never subscribed: take the one of those who are. Nothing was"
            " imported.",
            field="file",
        )
    at = [found.one[one] for one in ("agreed_at", "left_at") if one in found.one]
    told = [(line, _day(fields[one])) for line, fields in file_rows.rows(form) for one in at]
    order, _shown = dates.order_of(told, date_order)
    return preset, list(_read(form, found, zone, now, order))


def _known(row: Sequence[str]) -> int:
    told = {cell.strip().lower() for cell in row}
    wanted = {
        name for one in layout.PRESETS for name in (*one.email, *one.agreed_at, *one.left_at, *one.marks)
    }
    return len(told & wanted)


def _read(
    form: file_rows.FileForm, found: Columns, zone: ZoneInfo, now: datetime, order: str
) -> Iterator[ListRow]:
    def cell(fields: Sequence[str], what: str) -> str:
        return fields[found.one[what]].strip() if what in found.one else ""

    cleaned = "clean_time" in {name.lower() for name in form.header}
    for line, fields in file_rows.rows(form):
        email = _address(cell(fields, "email"), line)
        if not email:
            continue
        left, since = _day(cell(fields, "left_at")), _day(cell(fields, "agreed_at"))
        statuses = [fields[one] for one in found.status]
        gone = found.one.get("left_at") != found.one.get("agreed_at") and bool(left)
        gone = gone or verdicts.gone(fields[one] for one in found.gone)
        yes = verdicts.agreed(statuses)
        yield ListRow(
            line=line, email=email, agreed=not gone and (yes or not found.status),
            says_no=gone or (bool(verdicts.told(statuses)) and not yes),
            goes_on=not gone and verdicts.goes_on(statuses, not_gone=bool(found.gone)),
            at=_moment(left if gone and left else since or left, line, zone, now, order),
            cause=verdicts.cause_of([cell(fields, "reason"), *statuses], cleaned=cleaned),
            first_name=cell(fields, "first_name")[:256], language=cell(fields, "language")[:35],
        )  # fmt: skip


def _address(text: str, line: int) -> str:
    """The one address of a cell, without a name, quotes and what cannot be seen around it; empty where there is
    nothing. Raises BadInput."""
    if not text:
        return ""
    found = addresses.address(text) or text
    if tombstones.mailbox(found) is None or len(found) > 254:
        raise BadInput(
            f"Line {line}: that is no e-mail address. Mend it, or take the line out. Nothing was imported.",
            field="file",
        )
    if text.count("@") > 1:
        raise BadInput(
            f"Line {line}: that is more than one address. Give each a line. Nothing was imported.",
            field="file",
        )
    return found


def _day(text: str) -> str:
    """The text; empty for NULL, 0000-00-00 and the like."""
    return "" if addresses.is_nothing(text) else text


def _moment(text: str, line: int, zone: ZoneInfo, now: datetime, order: str) -> datetime | None:
    """A day that is to come by less than another zone's clock is now."""
    if not text:
        return None
    try:
        at = dates.moment(text, zone, order)
    except (ValueError, OverflowError):
        raise BadInput(
            f"Line {line}: {text[:40]!r} is no day. Write it as 2024-05-31 14:30. Nothing was imported.",
            field="file",
        ) from None
    if at > now + timedelta(days=1):
        raise BadInput(
            f"Line {line}: that day is still to come. Mend it. Nothing was imported.", field="file"
        )
    return min(at, now)
