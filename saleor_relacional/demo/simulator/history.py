"""A simulated shop's past as the file that the importer reads."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from saleor_relacional.demo.simulator import goods
from saleor_relacional.demo.simulator.life import Life

HEADER = "order,customer,first_name,placed_at,product,product_name,total"
"""One line per order. A refund is a line of its own: the order's number after C, and a negative total."""
FIRST_NAMES = (
    "Carmen", "Ana", "Luis", "Berta", "Hugo", "Clara", "Iker", "Dora", "Jon", "Elena", "Kilian", "Flora", "Leo",
    "Gema", "Mateo", "Irene", "Nico", "Julia", "Oscar", "Lola", "Pablo", "Marta", "Quim", "Nora", "Raul", "Olga",
    "Simon", "Paula", "Teo", "Rita",
)  # fmt: skip


def first_name(person: int) -> str:
    """Of the person at this place."""
    return FIRST_NAMES[person % len(FIRST_NAMES)]


def lines(life: Life, days: int, start: datetime) -> Iterator[str]:
    """The header and one line per order or refund, in order of time, while the life lives on so many days.

    `start` is midnight of the life's present day; times are in its zone. Afterwards the life stands at the end of the
    history and can be lived on, as the same people.
    """
    yield HEADER
    number, begins = 0, life.day
    favourite = goods.favourites(life.people)
    for _ in range(days):
        morning = start + timedelta(days=life.day - begins)
        day = life.live()
        what = goods.bought(life, day.day, day.who, favourite)
        for place in sorted(range(len(day.who)), key=lambda place: int(day.second[place])):
            number += 1
            who, value = int(day.who[place]), float(day.value[place])
            named = f"{life.people.names[who]},{first_name(who)}"
            of = f"{what[place].lower()},{what[place]}"
            at = morning + timedelta(seconds=int(day.second[place]))
            yield f"{number},{named},{at.isoformat(sep=' ')},{of},{value:.2f}"
            if day.refunded[place]:
                at += timedelta(minutes=30)
                yield f"C{number},{named},{at.isoformat(sep=' ')},{of},{-value:.2f}"
