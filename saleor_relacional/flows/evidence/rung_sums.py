"""What came of decisions about rungs whose windows have closed, weighted by one over their probability: sums per
segment, open rungs and rung, computed in SQL. Rungs are known by their names: when one rung of a ladder is edited, what
came of the others stays (`_renamed`).

A person counts once, with the first time they started, as in results.py. Measured is margin; while it is not known of
all of them, for want of a cost, kept money is measured instead, of all. Of whoever was forgotten while their window
ran, or before their margin was known, it may be wrong by up to the campaign's money cap, and is told so (`unsure`).
Beyond that cap both count in proportion (insight/inference/cap.py). What a rung cost is told as what it is set beside:
what a code took off without tax beside margin, with it beside kept money; what was given without a code as its owner
says.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.evidence import margin, outcomes
from saleor_relacional.insight.ladder.moments import SUMS, RungMoments
from saleor_relacional.models import Campaign

MARGIN, KEPT = "margin", "kept"

_TOOK = f"""SELECT coalesce(sum(code.off), 0) AS took, coalesce(sum(code.off * code.untaxed), 0) AS took_net
        FROM (SELECT u.discount / nullif(jsonb_array_length(u.codes), 0)
                         * ({outcomes.worth("u.currency", "person")}) AS off,
                     CASE WHEN u.sold > 0 THEN coalesce(u.net / u.sold, 1) ELSE 1 END AS untaxed
              FROM {tables.INCENTIVE} i
              JOIN {tables.PURCHASE} u ON u.source = %(source)s AND u.reference = i.redeemed_by
              WHERE i.enrolment_id = person.id AND i.step_id = d.step_id AND i.state = 'redeemed'
                AND u.placed_at >= person.started_at AND u.placed_at < person.window_ends_at) code"""
"""What the redeemed code of the decision's own step took off within the window, with tax and without; of an order with
several codes its part. Codes of later steps are those of other decisions."""

_SPENT = margin.spent(
    "person", now="%(now)s", whose="given.enrolment_id = person.id AND rung.step_id = d.step_id"
)
"""What was given by that step without a code."""

_STATEMENT = f"""
WITH person AS (
    SELECT DISTINCT ON (coalesce(profile_id, -id)) * FROM {tables.ENROLMENT}
    WHERE campaign_id = %(campaign)s AND state = 'started' AND started_at <= %(now)s
    ORDER BY coalesce(profile_id, -id), started_at, id
), seen AS (
    SELECT d.ladder, d.segment, d.open_rungs, d.place, 1 / d.probability AS w,
           {outcomes.currency("person")} AS currency,
           {outcomes.told("person", now="%(now)s")},
           earned.net, earned.known AS of_its_day, earned.estimated AS of_a_later_day,
           (offer.took + given.spent)::float8 AS took, (offer.took_net + given.spent)::float8 AS took_net,
           CASE WHEN person.settled_kept IS NOT NULL
                THEN person.settled_margin * {outcomes.worth("person.currency", "person")}
                ELSE earned.margin END AS margin,
           %(cap)s::numeric * CASE WHEN {outcomes.currency("person")} = %(cap_currency)s THEN 1
               WHEN {outcomes.currency("person")} = terms.currency THEN (terms.rates ->> %(cap_currency)s)::numeric
           END AS most, person.settled_kept IS NOT NULL AS frozen
    FROM person JOIN {tables.RUNG_DECISION} d ON d.enrolment_id = person.id AND d.ladder = ANY(%(ladders)s)
    CROSS JOIN {outcomes.TERMS}
    LEFT JOIN LATERAL ({outcomes.outcome("person", now="%(now)s")}) bought ON true
    CROSS JOIN LATERAL ({margin.margin("person", now="%(now)s")}) earned
    CROSS JOIN LATERAL ({_TOOK}) offer CROSS JOIN LATERAL (SELECT coalesce(({_SPENT}), 0) AS spent) given
    WHERE person.window_ends_at <= %(now)s
), counted AS (
    SELECT currency, ladder, segment, open_rungs, place, w, came_back, took, took_net,
           margin IS NOT NULL OR (frozen AND most IS NOT NULL) AS known,
           CASE WHEN unseen THEN w * coalesce(most, 0)::float8 ELSE 0 END AS unsure_kept,
           CASE WHEN unseen OR margin IS NULL THEN w * coalesce(most, 0)::float8 ELSE 0 END AS unsure,
           net, of_its_day, of_a_later_day,
           w * coalesce(most / greatest(listed, most), 1)::float8 * kept::float8 AS kept,
           w * coalesce(most / greatest(listed, most), 1)::float8 * coalesce(margin, 0)::float8 AS margin
    FROM seen
)
SELECT currency, segment, open_rungs, place, count(*), bool_and(known), count(*) FILTER (WHERE came_back),
       sum(net), sum(of_its_day), sum(of_a_later_day), sum(w), sum(w * w), sum(kept), sum(w * kept), sum(kept * kept),
       sum(margin), sum(w * margin), sum(margin * margin), sum(took), sum(took_net), sum(unsure_kept), sum(unsure),
       ladder
FROM counted GROUP BY 1, 2, 3, 4, ladder ORDER BY 1, 2, 3, 4, ladder
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RungSums:
    """Of the rungs of one campaign's ladder, in one currency: that of most people."""

    gathered: RungMoments
    currency: str
    """Empty while no window has closed."""
    outcome: str
    """MARGIN or KEPT."""
    untouched: int
    """People who got nothing."""
    came: int
    """Those of them who bought within their window."""
    left_out: int
    """People whose money is told in another currency."""
    priced: tuple[float, float] | None
    """As CurrencyResult.priced."""


def sums(
    campaign: Campaign,
    names: Sequence[str],
    ladders: Mapping[str, Sequence[str]],
    now: datetime,
    *,
    source: str,
) -> RungSums:
    """Of the decisions about rungs of these names. `ladders`: digest → names, of every ladder that the campaign has
    had. `source`: the host's."""
    asked = {
        "campaign": campaign.pk, "ladders": [*ladders], "now": now, "source": source, "cap": campaign.cap,
        "cap_currency": campaign.cap_currency,
    }  # fmt: skip
    rows = list(_renamed(sql.rows(_STATEMENT, asked), names, ladders))
    people: dict[str, int] = {}
    for row in rows:
        people[row[0]] = people.get(row[0], 0) + row[4]
    currency = max(people, key=lambda one: (people[one], one), default="")
    mine = [row for row in rows if row[0] == currency]
    known = all(row[5] for row in mine)
    blocks: dict[tuple[str, str], Any] = {}
    for _, segment, open_rungs, place, many, _, _, _, _, _, weight, square, *money, _ in mine:
        block = blocks.setdefault((segment, open_rungs), np.zeros((len(SUMS), len(names))))
        kept, earned, (took, took_net, unsure_kept, unsure) = money[:3], money[3:6], money[6:]
        block[:, place] += (
            many, weight, square, *((*earned, took_net, unsure) if known else (*kept, took, unsure_kept))
        )  # fmt: skip
    nothing = [row for row in mine if row[3] == 0]
    return RungSums(
        gathered=RungMoments(rungs=tuple(names), sums=blocks), currency=currency,
        outcome=MARGIN if known else KEPT, untouched=sum(row[4] for row in nothing),
        came=sum(row[6] for row in nothing), left_out=sum(people.values()) - people.get(currency, 0),
        priced=_priced(mine),
    )  # fmt: skip


def _renamed(
    rows: Iterable[tuple[Any, ...]], names: Sequence[str], ladders: Mapping[str, Sequence[str]]
) -> Iterator[tuple[Any, ...]]:
    """The rows with place and open rungs as this ladder has them. What was drawn and is no rung of it drops out; who
    might have drawn it stays, for what they drew is weighted by its own probability."""
    for row in rows:
        before = ladders[row[-1]]
        if (drawn := before[row[3]]) in names:
            was_open = {name for name, letter in zip(before, row[2], strict=True) if letter == "1"}
            open_rungs = "".join("1" if name in was_open else "0" for name in names)
            yield (*row[:2], open_rungs, list(names).index(drawn), *row[4:])


def _priced(rows: Sequence[tuple[Any, ...]]) -> tuple[float, float] | None:
    net, known, later = (float(sum(row[place] for row in rows)) for place in (7, 8, 9))
    return (known / net, later / net) if net > 0 else None
