"""A simulated shop's past as the file that the importer reads."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from saleor_relacional.demo.simulator.life import Life

HEADER = "order,customer,placed_at,total"
"""Order level. A refund is a line of its own: the order's number after C, and a negative total."""


def lines(life: Life, days: int, start: datetime) -> Iterator[str]:
    """The header and one line per order or refund, in order of time, while the life lives on so many days.

    `start` is midnight of the life's present day; times are in its zone. Afterwards the life stands at the end of the
    history and can be lived on, as the same people.
    """
    yield HEADER
    number = 0
    begins = life.day
    for _ in range(days):
        morning = start + timedelta(days=life.day - begins)
        day = life.live()
        for place in sorted(range(len(day.who)), key=lambda place: int(day.second[place])):
            number += 1
            name, value = life.people.names[day.who[place]], float(day.value[place])
            at = morning + timedelta(seconds=int(day.second[place]))
            yield f"{number},{name},{at.isoformat(sep=' ')},{value:.2f}"
            if day.refunded[place]:
                at += timedelta(minutes=30)
                yield f"C{number},{name},{at.isoformat(sep=' ')},{-value:.2f}"
