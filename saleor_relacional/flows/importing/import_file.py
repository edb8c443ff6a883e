"""History from elsewhere: a CSV of orders or of their lines. The whole file is staged, then applied in one
transaction."""

import csv
import io
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.db import locks, sql
from saleor_relacional.db.locks import Lock
from saleor_relacional.errors import BadInput, Refused
from saleor_relacional.flows.importing import (
    apply,
    file_layout,
    file_rows,
    file_text,
    matching,
    reading,
    summary,
    superseded,
    survey,
)
from saleor_relacional.flows.importing.file_layout import Layout, Options
from saleor_relacional.flows.importing.summary import Summary
from saleor_relacional.flows.scoring import stale
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
    """Written by this run, or changed by it; 0 at a second run."""
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
    agreed: Callable[[Summary], bool] = lambda _summary: True,
) -> Imported:
    """Import the file in one transaction, and say what it held. `progress` is called with the rows read so far,
    `agreed` with what the file holds before any of it is applied.

    Rows that cannot be read are left out and written to FILE.rejects.csv. A second run doubles nothing. Raises
    BadInput when the file cannot be used, and Refused when it is not agreed to; then nothing has changed.
    """
    path, started = Path(path), time.perf_counter()
    given = options or Options()
    source = superseded.PREFIX + _slug(given.name or path.name.partition(".")[0])
    fingerprint = file_text.fingerprint(path)
    tally = reading.Tally()
    with sql.atomic():
        locks.lock(Lock.IMPORT)
        _refuse_twin(fingerprint, source)
        layout, channel, held = _stage(path, given, now, tally, progress)
        if not agreed(held):
            raise Refused("Not agreed to: nothing was imported.")
        batch = ImportBatch.objects.create(source=source, file_digest=fingerprint, started_at=now)
        done = _apply(layout, source, channel, batch, tally, now)
        batch.finished_at, batch.counts = now, _plain(done)
        batch.save(using=conf.database())
        _write_rejects(rejects_of(path, given), tally)
    return Imported(**done, seconds=round(time.perf_counter() - started, 2))


def _apply(
    layout: Layout, source: str, channel: str, batch: ImportBatch, tally: reading.Tally, now: datetime
) -> dict[str, Any]:
    options = layout.options
    matching.hold_everybody()
    forgotten = matching.leave_out_forgotten(source)
    known = 0
    if not options.foreign_numbers:
        known = apply.leave_to_host(options.cancellation_prefix)
    if known and options.refuse_known:
        raise BadInput(
            f"The host has {known} of these orders already. Nothing was imported.", field="refuse_known"
        )
    matching.place(options, source, channel, now)
    apply.gather(numbered=not options.foreign_numbers)
    _refuse_told(apply.told_elsewhere(source))
    new_purchases, new_refunds, touched = apply.write(
        source, prefix=options.cancellation_prefix, channel=channel, zone=conf.host().time_zone(), batch=batch.pk,
        now=now,
    )  # fmt: skip
    stale.mark(touched, now)
    if options.consent:
        matching.state_consent(options.consent, now)
    buyers, profiles, refund_only = apply.people()
    money = apply.totals()
    return {
        "source": source, "lines": tally.lines, "without_customer": tally.without_customer,
        "rejects": len(tally.rejects), "known": known, "forgotten": forgotten, "purchases": apply.purchases(),
        "buyers": buyers, "profiles": profiles, "refund_only": refund_only,
        "sold": {currency: sold.quantize(CENT) for currency, sold, _ in money},
        "refunded": {currency: back.quantize(CENT) for currency, _, back in money},
        "kept": {currency: (sold - back).quantize(CENT) for currency, sold, back in money},
        "new_purchases": new_purchases, "new_refunds": new_refunds, "assumed": layout.assumed,
    }  # fmt: skip


def check_file(
    path: Path | str,
    options: Options | None = None,
    *,
    now: datetime,
    progress: Callable[[int], None] | None = None,
) -> Summary:
    """What the file holds, as `import_file` would understand it; nothing is applied. Raises BadInput."""
    path, given, tally = Path(path), options or Options(), reading.Tally()
    with sql.atomic():
        held = _stage(path, given, now, tally, progress)[2]
        _write_rejects(rejects_of(path, given), tally)
    return held


def _stage(
    path: Path, given: Options, now: datetime, tally: reading.Tally, progress: Callable[[int], None] | None
) -> tuple[Layout, str, Summary]:
    """(layout, slug of the channel that the history is booked on, what the file holds), the file being staged. Raises
    BadInput where nothing in it can be used."""
    form = file_rows.form_of(path, given.encoding, lambda row: file_layout.known(given, row))
    layout = file_layout.find(form.header, given)
    ways = survey.survey(file_rows.rows(form), layout)
    currency, channel, assumed = _currency(layout)
    zone = _zone(layout.options.time_zone or conf.host().time_zone())
    read_as = [_("read as %(encoding)s") % {"encoding": form.encoding}] if form.encoding == "cp1252" else []
    assumed = [*layout.assumed, *ways.assumed, *assumed, *read_as]
    layout = replace(layout, assumed=tuple(assumed))
    reader = reading.Reader(
        layout, ways, zone=zone, currency=currency, assumed=not layout.options.currency, now=now
    )
    rows = _watched(file_rows.rows(form), progress)
    apply.stage(reading.staged(rows, reader, tally), reading.STAGED)
    tally.rejects += [(line, why, []) for line, why in apply.odd(of_orders=layout.of_orders)]
    held = summary.summary(layout, ways, tally, conf.host().time_zone())
    apply.set_aside_withdrawn()
    if not held.money:
        _write_rejects(rejects_of(path, given), tally)
        raise BadInput(summary.nothing_usable(path.name, tally), field="file")
    return layout, channel, held


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


def _refuse_twin(fingerprint: str, source: str) -> None:
    other = ImportBatch.objects.filter(file_digest=fingerprint).exclude(source=source).first()
    if other is not None:
        name = other.source.removeprefix(superseded.PREFIX)
        raise BadInput(
            f"This very file was imported under the name {name!r}: say --name {name} to run it again, or its orders"
            " would count twice.",
            field="name",
        )


def _refuse_told(told: Sequence[tuple[str, int]]) -> None:
    for source, orders in told:
        name = source.removeprefix(superseded.PREFIX)
        raise BadInput(
            f"{orders} of these orders stand in the history {name!r} already, word for word: say --name {name}, or they"
            " would count twice.",
            field="name",
        )


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


def _plain(done: dict[str, Any]) -> dict[str, Any]:
    return {
        key: {currency: str(amount) for currency, amount in value.items()}
        if isinstance(value, dict)
        else value
        for key, value in done.items()
    }
