"""What a message's data always hold, and what is empty for some of its people: a template may write the one as it is,
and asks for the other first.

It follows from what fills the data (flows/sending): the past of a person who may never have bought, a habit of which
too little is known, the occasion as the message's kind of campaign reads it. Each message's sample.json says what is
never empty in it (`always`). Whatever is not named there may be: of how regularly somebody buys nothing may be said to
whoever bought too seldom, said themselves when they buy, or objects to profiling.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from saleor_relacional.emails import library

_PAST = ("first_purchase", "last_purchase", "rhythm")
_OTHER_OFFERS: tuple[Mapping[str, object], ...] = (
    {"kind": "percentage", "percent": "10", "money": None, "minimum": None, "goods": ["Tea"]},
    {"kind": "shipping", "percent": None, "money": None, "countries": ["ES"]},
)
"""Beside the sample's, which takes off an amount."""


def without(message: str, sample: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """The sample for whom less is known: all that may be empty at once, then one at a time."""
    always = library.always(message) if message else frozenset[str]()
    names = [name for name in _leaves(sample) if name not in always]
    if names:
        yield _emptied(sample, names)
    if len(names) > 1:
        yield from (_emptied(sample, [name]) for name in names)
    unpriced = _unpriced(sample)
    if unpriced != sample:
        yield unpriced


def other_offers(sample: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """The sample with offers of another kind, each of which has other values."""
    offer = sample.get("offer")
    if isinstance(offer, Mapping):
        yield from ({**sample, "offer": {**offer, **other}} for other in _OTHER_OFFERS)


def _leaves(sample: Mapping[str, object]) -> Iterator[str]:
    for name in (*_PAST, "occasion"):
        inside = sample.get(name)
        if isinstance(inside, Mapping):
            yield from (f"{name}.{part}" for part, value in inside.items() if value is not None)


def _emptied(sample: Mapping[str, object], names: list[str]) -> Mapping[str, object]:
    found = dict(sample)
    for name in names:
        first, _, part = name.partition(".")
        inside = found[first]
        assert isinstance(inside, Mapping)
        found[first] = {**inside, part: [] if isinstance(inside[part], list) else None}
    return found


def _unpriced(sample: Mapping[str, object]) -> Mapping[str, object]:
    """Goods of which the shop tells no price."""
    occasion = sample.get("occasion")
    if not isinstance(occasion, Mapping):
        return sample
    return {**sample, "occasion": {name: _without_price(value) for name, value in occasion.items()}}


def _without_price(value: object) -> object:
    if not isinstance(value, list):
        return value
    return [{**one, "price": None} if isinstance(one, Mapping) and "price" in one else one for one in value]
