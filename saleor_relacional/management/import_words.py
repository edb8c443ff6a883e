"""What a file holds, told to its owner before anything of it is applied."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from saleor_relacional.flows.importing.summary import Money, Sample, Summary


def told(held: Summary) -> Iterator[str]:
    """Lines that say what the file holds and how it was understood."""
    for assumed in held.assumed:
        yield _("Assumed: %(what)s.") % {"what": assumed}
    yield _("The file holds %(orders)s orders of %(people)s people, from %(first)s to %(last)s.") % {
        "orders": number(held.orders), "people": number(held.people), "first": held.first or "–",
        "last": held.last or "–",
    }  # fmt: skip
    for money in held.money:
        yield _money(money, held)
    if held.samples:
        yield _("The first orders, as understood:")
    for sample in held.samples:
        yield _sample(sample)
    if held.rejects:
        yield _("%(count)s rows cannot be used:") % {"count": number(held.rejects)}
    for reason, count in held.reasons:
        yield f"  {number(count)} × {reason}"


def _money(money: Money, held: Summary) -> str:
    meaning = held.meanings.get(money.word, "")
    word = f" ({money.word} = {meaning})" if meaning else ""
    if money.withdrawn:
        text = _("  %(currency)s %(sold)s in %(orders)s orders left out%(word)s")
    else:
        text = _("  %(currency)s %(sold)s sold in %(orders)s orders, %(refunded)s refunded%(word)s")
    return text % {
        "currency": money.currency, "sold": number(money.sold), "orders": number(money.orders),
        "refunded": number(money.refunded), "word": word,
    }  # fmt: skip


def _sample(sample: Sample) -> str:
    text = _("  %(order)s: %(who)s on %(at)s, %(currency)s %(sold)s sold, %(refunded)s refunded%(out)s")
    return text % {
        "order": sample.order, "who": sample.who, "at": sample.placed_at, "currency": sample.currency,
        "sold": number(sample.sold), "refunded": number(sample.refunded),
        "out": _("; left out") if sample.withdrawn else "",
    }  # fmt: skip


def number(value: int | Decimal) -> str:
    """The number as the active language writes it; money to the cent."""
    places = 2 if isinstance(value, Decimal) else None
    return str(number_format(value, decimal_pos=places, force_grouping=True))
