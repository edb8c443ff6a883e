"""History from elsewhere: a CSV of orders or of their lines. The whole file is read and told, then applied part by
part."""

import csv
import io
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.errors import BadInput, Refused
from saleor_relacional.flows.importing import (
    apply,
    file_layout,
    file_rows,
    file_text,
    parts,
    reading,
    runs,
    staging,
    summary,
    superseded,
    survey,
)
from saleor_relacional.flows.importing.file_layout import Layout, Options
from saleor_relacional.flows.importing.file_rows import FileForm
from saleor_relacional.flows.importing.summary import Summary
from saleor_relacional.flows.scoring import score
from saleor_relacional.models import ImportBatch

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What a file held, and what of it was new. flows/importing/apply.py says what counts as a purchase."""

    source: str
    lines: int
    """Rows read, identical ones and rejected ones included."""
    without_customer: int
    rejects: int
    known: int
    """Orders left out because the host tells them itself."""
    forgotten: int
    """Rows left out because their person was forgotten."""
    purchases: int
    buyers: int
    profiles: int
    refund_only: int
    """People with refunds and no purchase in this file."""
    sold: dict[str, Decimal]
    """Currency → amount, to the cent."""
    refunded: dict[str, Decimal]
    kept: dict[str, Decimal]
    new_purchases: int
    """Written by this import, or changed by it; 0 at a second one."""
    new_refunds: int
    seconds: float
    assumed: tuple[str, ...] = field(default=())
    """What was not said and taken for granted, in the reader's language."""


def import_file(
    path: Path | str,
    options: Options | None = None,
    *,
    now: datetime,
    progress: Callable[[int], None] | None = None,
    applied: Callable[[int], None] | None = None,
    agreed: Callable[[Summary], bool] = lambda _summary: True,
) -> Imported:
    """Import the file, learn from it and score everybody of whom it tells; what it held. `progress` is called with the
    rows read so far, `agreed` with what the file holds before any of it is applied, `applied` with the orders applied
    so far.

    Nothing is held while it is read and asked about; then it is applied part by part (`parts`). An import that was cut
    short goes on. Rows that cannot be read are left out and written to FILE.rejects.csv. A second run doubles nothing.
    Raises BadInput when the file cannot be used, and Refused when it is not agreed to; then nothing has changed.
    """
    path, started = Path(path), time.perf_counter()
    given = options or Options()
    source = superseded.PREFIX + _slug(given.name or path.name.partition(".")[0])
    digest = file_text.fingerprint(path)
    runs.release(now)
    runs.refuse_twin(digest, source)
    batch = runs.interrupted(source, digest, given)
    if batch is None:
        with _reading(source, digest, given, now) as batch:
            layout, channel, held, tally = _stage(batch.pk, path, given, now, progress)
            with staging.whole(batch.pk):
                parts.arrange(source, layout.options)
            if not agreed(held):
                raise Refused("Not agreed to: nothing was imported.")
            runs.agree(batch, _counted(layout, tally), now)
    else:
        layout, channel, _assumed = _layout(path, given)[1:]
    terms = parts.Terms(
        batch=batch, options=layout.options, channel=channel, zone=conf.host().time_zone(), now=now
    )
    parts.apply_all(terms, applied)
    runs.finish(batch, now)
    runs.release(now)
    score.settle(now)
    return _imported(batch, time.perf_counter() - started)


def check_file(
    path: Path | str,
    options: Options | None = None,
    *,
    now: datetime,
    progress: Callable[[int], None] | None = None,
) -> Summary:
    """What the file holds, as `import_file` would understand it; nothing is applied. Raises BadInput."""
    path, given = Path(path), options or Options()
    with _reading(superseded.PREFIX, "", given, now) as batch:
        return _stage(batch.pk, path, given, now, progress)[2]


@contextmanager
def _reading(source: str, digest: str, given: Options, now: datetime) -> Iterator[ImportBatch]:
    """An import that is read. What was kept of it is dropped at the end, unless it was agreed to."""
    batch = runs.begin(source, digest, given, now)
    try:
        yield batch
    finally:
        if batch.agreed_at is None:
            runs.drop(batch)


def _counted(layout: Layout, tally: reading.Tally) -> dict[str, Any]:
    """What is told of the file at the end, whichever run applies the last of it."""
    return {
        "lines": tally.lines, "without_customer": tally.without_customer, "rejects": len(tally.rejects),
        "assumed": list(layout.assumed),
    }  # fmt: skip


def _imported(batch: ImportBatch, seconds: float) -> Imported:
    none = dict.fromkeys(("known", "forgotten", "purchases", "new_purchases", "new_refunds"), 0)
    told: dict[str, Any] = {"sold": {}, "refunded": {}, **none, **batch.counts}
    sold, back = (
        {currency: Decimal(amount) for currency, amount in told[name].items()}
        for name in ("sold", "refunded")
    )
    kept = {currency: amount - back[currency] for currency, amount in sold.items()}
    money = {
        name: {currency: amount.quantize(CENT) for currency, amount in amounts.items()}
        for name, amounts in (("sold", sold), ("refunded", back), ("kept", kept))
    }
    told |= {"assumed": tuple(told["assumed"]), **money}
    return Imported(source=batch.source, seconds=round(seconds, 2), **told)


def _layout(path: Path, given: Options) -> tuple[FileForm, Layout, str, list[str]]:
    """(form of the file, its layout, slug of the channel that the history is booked on, what was assumed). Raises
    BadInput where the header does not say enough."""
    form = file_rows.form_of(path, given.encoding, lambda row: file_layout.known(given, row))
    layout = file_layout.find(form.header, given)
    channel, assumed = _currency(layout)[1:]
    return form, layout, channel, assumed


def _stage(
    batch: int, path: Path, given: Options, now: datetime, progress: Callable[[int], None] | None
) -> tuple[Layout, str, Summary, reading.Tally]:
    """(layout, slug of the channel that the history is booked on, what the file holds, what was seen while reading);
    its lines are kept. Raises BadInput where nothing in it can be used."""
    form, layout, channel, assumed = _layout(path, given)
    ways = survey.survey(file_rows.rows(form), layout)
    zone = _zone(layout.options.time_zone or conf.host().time_zone())
    read_as = [_("read as %(encoding)s") % {"encoding": form.encoding}] if form.encoding == "cp1252" else []
    assumed = [*layout.assumed, *ways.assumed, *assumed, *read_as]
    layout = replace(layout, assumed=tuple(assumed))
    reader = reading.Reader(
        layout, ways, zone=zone, currency=_currency(layout)[0], assumed=not layout.options.currency, now=now
    )
    tally = reading.Tally()
    rows = _watched(file_rows.rows(form), progress)
    staging.keep(batch, reading.blocks(batch, rows, reader, tally))
    with staging.whole(batch):
        tally.rejects += [(line, why, []) for line, why in apply.odd(of_orders=layout.of_orders)]
        held = summary.summary(layout, ways, tally, conf.host().time_zone())
    _write_rejects(rejects_of(path, given), tally)
    if not held.money:
        raise BadInput(summary.nothing_usable(path.name, tally), field="file")
    return layout, channel, held, tally


def _watched(
    rows: Iterator[tuple[int, list[str]]], progress: Callable[[int], None] | None
) -> Iterator[tuple[int, list[str]]]:
    for read, row in enumerate(rows, 1):
        if progress and read % 10_000 == 0:
            progress(read)
        yield row


def _currency(layout: Layout) -> tuple[str, str, list[str]]:
    """(currency of rows that name none, slug of the channel or empty, what was assumed)."""
    channels = conf.host().channels()
    if layout.options.channel not in {"", *(channel.slug for channel in channels)}:
        slugs = ", ".join(channel.slug for channel in channels)
        raise BadInput(
            f"The shop has no channel {layout.options.channel!r}. It has: {slugs}.", field="channel"
        )
    currency = layout.options.currency.upper() if "currency" not in layout.at else ""
    own = {channel.currency for channel in channels}
    assumed = []
    if not currency and "currency" not in layout.at:
        if len(own) != 1:
            raise BadInput(
                "Which currency are the amounts in? Say --currency, a code or a column.", field="currency"
            )
        currency = own.pop()
        assumed.append(_("amounts in %(currency)s, the shop's only currency") % {"currency": currency})
    fitting = [channel.slug for channel in channels if channel.currency == currency]
    channel = layout.options.channel or (fitting[0] if len(fitting) == 1 else "")
    return currency, channel, assumed


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:  # ValueError: not even a name
        raise BadInput(
            f"There is no time zone {name!r}: say one such as Europe/Madrid.", field="time_zone"
        ) from error


def _slug(name: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:24]
    if not slug:
        raise BadInput("Give the history a name of letters or digits (--name).", field="name")
    return slug


def rejects_of(path: Path, options: Options) -> Path:
    """The file to which rows that cannot be used are written."""
    return Path(options.rejects) if options.rejects else path.with_name(path.name + ".rejects.csv")


def _write_rejects(target: Path, tally: reading.Tally) -> None:
    """Write line, reason and the row as it stood. An old file is deleted when there is nothing to reject."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["line", "reason", "row"])
    writer.writerows([line, reason, *row] for line, reason, row in sorted(tally.rejects))
    try:
        if tally.rejects:
            target.write_text(text.getvalue(), encoding="utf-8")
        elif target.exists():
            target.unlink()
    except OSError as error:
        raise BadInput(
            f"The rejects cannot be written to {target}: {error.strerror}. Say --rejects FILE. Nothing was imported.",
            field="rejects",
        ) from error
