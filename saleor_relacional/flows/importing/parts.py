"""A file that was agreed to, applied part by part. A part is a transaction that holds its own people and nobody else;
its lines go with it, so whoever kills an import leaves whole parts behind, and what is still to do."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from saleor_relacional import conf
from saleor_relacional.db import locks, sql, tables
from saleor_relacional.errors import BadInput
from saleor_relacional.flows.importing import apply, matching, one_person, runs, staging, superseded
from saleor_relacional.flows.importing.options import Options
from saleor_relacional.flows.importing.staging import Key
from saleor_relacional.flows.people import identify
from saleor_relacional.flows.people.tombstones import Name
from saleor_relacional.models import ImportBatch

_KNOWN = f"""
SELECT count(DISTINCT l.ord) FROM relacional_import_line l JOIN {tables.PURCHASE} u ON u.number = l.ord
WHERE NOT l.cancelled AND NOT l.withdrawn AND u.number <> '' AND u.source NOT LIKE 'import:%%'
"""

_ELSEWHERE = f"""
SELECT u.source, count(DISTINCT o.ord) FROM (
    SELECT ord, min(who) AS who, min(currency) AS currency, sum(amount) AS sold, min(placed_at) AS placed_at
    FROM relacional_import_line WHERE NOT withdrawn AND NOT cancelled AND quantity > 0 AND amount >= 0 GROUP BY ord
) o JOIN {tables.PURCHASE} u
  ON u.reference = o.ord AND u.source LIKE 'import:%%' AND u.source <> %(source)s
 AND (u.placed_at, u.currency, u.sold) = (o.placed_at, o.currency, round(o.sold, 3))
WHERE EXISTS (
    SELECT FROM relacional_import_name n
    LEFT JOIN {tables.IDENTITY} i ON i.kind = 'account' AND n.kind = 'account' AND i.key = n.key AND i.source = u.source
    WHERE n.person = o.who AND u.profile_id IN (n.profile_id, i.profile_id))
GROUP BY u.source ORDER BY u.source
"""
"""Finds orders that another history tells: same number, moment, sum and customer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What stays the same from part to part."""

    batch: ImportBatch
    options: Options
    channel: str
    """Slug of the channel that the history is booked on, or empty."""
    zone: str
    """The shop's time zone."""
    now: datetime

    @property
    def source(self) -> str:
        """Of the facts."""
        return self.batch.source


def arrange(source: str, options: Options) -> None:
    """Put the lines of the whole file together by person. Raises BadInput where the host, or another history, tells
    orders that must not be told again."""
    if options.refuse_known and not options.foreign_numbers and (known := sql.rows(_KNOWN)[0][0]):
        raise BadInput(
            f"The host has {known} of these orders already. Nothing was imported.", field="refuse_known"
        )
    one_person.group(source)
    for other, orders in sql.rows(_ELSEWHERE, {"source": source}):
        name = other.removeprefix(superseded.PREFIX)
        raise BadInput(
            f"{orders} of these orders stand in the history {name!r} already, word for word: say --name {name}, or they"
            " would count twice.",
            field="name",
        )


HOLD = 0.15
"""Seconds for which a part is to hold its people. Whoever orders meanwhile, and is one of them, waits as long."""
FIRST = 250
"""Lines of the first part."""
LEAST = 50
"""Lines of a part at least: what every part costs would be most of it otherwise."""


class Pace:
    """How many lines the next part has: as many as this machine applies in HOLD, whatever else it does, and no more
    names than are locked one by one (`locks.SINGLE`), so that nobody else waits."""

    def __init__(self) -> None:
        self.most = staging.LINES
        self.lines = min(FIRST, self.most)
        self._since = 0.0

    def too_many(self, names: int) -> bool:
        """Whether a part with so many names must be cut; then it has fewer lines."""
        if names <= locks.SINGLE or self.lines <= LEAST:
            return False
        self.most = self.lines = max(self.lines * locks.SINGLE // (names + LEAST), LEAST)
        return True

    def begin(self) -> None:
        """A part holds its people from now on."""
        self._since = time.monotonic()

    def end(self) -> None:
        """It has let them go."""
        self.held(time.monotonic() - self._since)

    def held(self, seconds: float) -> None:
        """A part of this many lines took so long. The next one is at most twice as large."""
        fitting = int(self.lines * min(HOLD / max(seconds, 0.001), 2))
        self.lines = min(max(fitting, LEAST), self.most)


def apply_all(terms: Terms, progress: Callable[[int], None] | None = None) -> None:
    """Apply what is left of the file. `progress` is called with the orders applied so far."""
    after, pace = staging.BEGINNING, Pace()
    while ended := apply_next(terms, after, pace):
        after = ended
        if progress:
            progress(terms.batch.counts.get("purchases", 0))


def apply_next(terms: Terms, after: Key, pace: Pace) -> Key | None:
    """Apply one part, beginning after this place; where it ended, None when nothing is left."""
    batch = terms.batch
    with sql.atomic():
        if not runs.applying(batch):
            return None
        last, names = _next_part(terms, after, pace)
        if last is None:
            return None
        identify.lock(names)
        pace.begin()
        staging.take(batch.pk, after, last)
        batch.counts = _together(batch.counts, _apply(terms))
        batch.save(using=conf.database(), update_fields=["counts"])
    pace.end()
    return last


def _next_part(terms: Terms, after: Key, pace: Pace) -> tuple[Key | None, set[Name]]:
    """Where the next part ends, and every name that it holds."""
    prefix = terms.options.cancellation_prefix
    while (last := staging.next_part(terms.batch.pk, after, pace.lines)) is not None:
        names = staging.names(terms.batch.pk, after, last, source=terms.source, prefix=prefix)
        if not pace.too_many(len(names)):
            return last, names
    return None, set()


def _apply(terms: Terms) -> dict[str, Any]:
    """Write what the lines of a part say; counted."""
    options, now = terms.options, terms.now
    apply.set_aside_withdrawn()
    forgotten = matching.leave_out_forgotten(terms.source)
    known = 0 if options.foreign_numbers else apply.leave_to_host(options.cancellation_prefix)
    matching.place(options, terms.source, terms.channel, now)
    apply.gather(numbered=not options.foreign_numbers)
    purchases, refunds, changed = apply.write(
        terms.source, prefix=options.cancellation_prefix, channel=terms.channel, zone=terms.zone, batch=terms.batch.pk,
        now=now,
    )  # fmt: skip
    apply.wait(terms.batch.pk, changed)
    if options.consent:
        matching.state_consent(options.consent, now)
    money = apply.totals()
    return {
        "known": known, "forgotten": forgotten, "purchases": apply.purchases(), "new_purchases": purchases,
        "new_refunds": refunds, "sold": {currency: sold for currency, sold, _ in money},
        "refunded": {currency: back for currency, _, back in money},
    }  # fmt: skip


def _together(former: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """The counts of several parts; money as text, for JSON."""
    return former | {name: _sum(former.get(name), value) for name, value in more.items()}


def _sum(former: Any, more: Any) -> Any:
    if not isinstance(more, dict):
        return (former or 0) + more
    former = former or {}
    summed = {key: Decimal(former.get(key, 0)) + more.get(key, 0) for key in sorted({*former, *more})}
    return {currency: str(amount) for currency, amount in summed.items()}
