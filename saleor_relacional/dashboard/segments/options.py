"""What may be chosen in a condition whose values the shop names itself: its campaigns, channels, labels, languages and
currencies in lists, its goods by their name."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from saleor_relacional import conf
from saleor_relacional.dashboard.customers import asked as customers_asked
from saleor_relacional.emails import library
from saleor_relacional.flows.contact import labels
from saleor_relacional.flows.profiles import profile_list
from saleor_relacional.flows.segments import value_names
from saleor_relacional.models import Campaign

Options = Sequence[tuple[str, str]]
"""(value, what it is called)"""
GOODS = "product"
"""The field whose values are found by name."""


def _campaigns() -> Options:
    """Those that began: nobody was in another."""
    rows = Campaign.objects.exclude(state="draft").order_by("name", "pk").values_list("public_id", "name")
    return [(str(public_id), name) for public_id, name in rows]


def _channels() -> Options:
    return sorted(((each.slug, each.name) for each in conf.host().channels()), key=lambda each: each[1])


def _labels() -> Options:
    return [(name, name) for name in labels.names()]


def _languages() -> Options:
    """Those of the customers met last, and those that some mail is written in."""
    tags = {*profile_list.languages(), *(tag for name in library.names() for tag in library.languages(name))}
    return sorted(((tag, value_names.language(tag)) for tag in tags), key=lambda each: each[1])


def _currencies() -> Options:
    return [(each, each) for each in customers_asked.known_currencies()]


LISTED: Mapping[str, Callable[[], Options]] = {
    "campaign": _campaigns,
    "channel": _channels,
    "purchase_channel": _channels,
    "label": _labels,
    "language": _languages,
    "currency": _currencies,
    "purchase_currency": _currencies,
}
"""Field → what it may be."""


def of(name: str, chosen: Iterable[str]) -> Options:
    """All that a field may be; of goods, and of what the shop no longer has, what is chosen."""
    if name == GOODS:
        known = value_names.product_names(chosen)
        return [(each, known.get(each, each)) for each in chosen]
    found = list(LISTED[name]())
    values = {value for value, _said in found}
    gone = [each for each in chosen if each not in values]
    return [*found, *((each, value_names.language(each) if name == "language" else each) for each in gone)]
