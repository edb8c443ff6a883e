"""Who comes first when not all can: the place of a person in a campaign's queue, the most promising first.

Year values are compared through the owner's rates into the reporting currency. Without a rate 20,000 JPY is neither
more nor less than 150 EUR: people of different currencies are then ranked each within their own, and the best tenth of
each comes before the second tenth of any.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from saleor_relacional.flows import money, policy
from saleor_relacional.models import Enrolment


def place(person: str, currency: str, year_value: str) -> str:
    """A window expression: the place of each row among all rows of its query, as a float8 that rises down the queue.
    Ties are broken by `person`. The arguments are SQL of ours; it asks for `parameters`.

    Where all money can be compared it is the year value in one currency, negative, so that it stays the same whoever
    leaves the queue; else the share of the people of the same money who come before, from 0 to 1.
    """
    together = f"CASE WHEN %(rates)s::jsonb ? {currency} THEN '' ELSE {currency} END"
    down = worth(currency, year_value)
    return f"""CASE WHEN min({together}) OVER () = max({together}) OVER () THEN {down}
        ELSE (row_number() OVER (PARTITION BY {together} ORDER BY {down}, {person}) - 0.5)::float8
             / count(*) OVER (PARTITION BY {together}) END"""


def worth(currency: str, year_value: str) -> str:
    """The same where all money can be compared, of a row by itself. It asks for `parameters`."""
    return f"-({year_value} * coalesce((%(rates)s::jsonb ->> {currency})::float8, 1))"


def rates(now: datetime) -> dict[str, float]:
    """Currency → what one unit of it is worth in the reporting currency, as `place` counts."""
    return {currency: float(rate) for currency, rate in money.rates_of(policy.current(now)).items()}


def parameters(now: datetime) -> dict[str, Any]:
    """What `place` asks for."""
    rates = money.rates_of(policy.current(now))
    return {"rates": json.dumps({currency: str(rate) for currency, rate in rates.items()})}


def down_the_queue(enrolments: Iterable[Enrolment], now: datetime) -> list[Enrolment]:
    """These in the order of `place`, as of themselves."""
    worth = rates(now)
    people = sorted(
        enrolments, key=lambda one: (-one.year_value * worth.get(one.currency, 1.0), one.profile_id or 0)
    )
    alike: dict[str, list[Enrolment]] = {}
    for one in people:
        alike.setdefault("" if one.currency in worth else one.currency, []).append(one)
    if len(alike) < 2:
        return people
    shares = {one.pk: (place + 0.5) / len(some) for some in alike.values() for place, one in enumerate(some)}
    return sorted(people, key=lambda one: (shares[one.pk], one.profile_id or 0))
