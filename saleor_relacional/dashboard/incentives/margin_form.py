"""The form of default margins: which part of its price a product leaves, whose cost nobody has said; what sending an
order and a mail costs."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.dashboard import fields, numbers
from saleor_relacional.errors import BadInput
from saleor_relacional.flows.evidence import costs
from saleor_relacional.flows.evidence.costs import Costs, MarginGiven, SendingGiven, ShippingGiven
from saleor_relacional.models import ProductCategory

MOST = 200
"""Lines of the form."""


def categories_of() -> Sequence[tuple[str, str]]:
    """(key, name) of those of which something was bought."""
    return list(
        ProductCategory.objects.order_by("name").values_list("category_key", "name").distinct()[:MOST]
    )


@dataclass(slots=True, kw_only=True)
class Line:
    """One default margin, as it is typed."""

    channel: str = ""
    category: str = ""
    share: str = ""
    error: str = ""


@dataclass(slots=True, kw_only=True)
class Delivery:
    """What sending an order of one channel costs, as it is typed."""

    channel: str
    currency: str = ""
    amount: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """The form, as the flow wants it."""

    margins: list[MarginGiven]
    mail: SendingGiven | None
    deliveries: list[ShippingGiven]


@dataclass(slots=True, kw_only=True)
class MarginForm:
    """The whole form."""

    lines: list[Line]
    deliveries: list[Delivery]
    mail: str
    mail_currency: str
    basis: str
    """What held when it was opened."""
    mail_error: str = ""
    categories: Sequence[tuple[str, str]] = field(default_factory=categories_of)

    @property
    def offered(self) -> Sequence[tuple[str, str]]:
        """Categories to choose from, and those that stand in a line and are not among them."""
        known = {key for key, _name in self.categories}
        gone = dict.fromkeys(one.category for one in self.lines if one.category and one.category not in known)
        return [*self.categories, *((key, key) for key in gone)]


def digest(kept: Costs) -> str:
    """Of what holds: another one where somebody has changed it."""
    told = [(one.channel, one.category, str(one.share)) for one in kept.default_margins]
    mail = (str(kept.mail.amount), kept.mail.currency) if kept.mail else ()
    sent = [(one.channel, str(one.amount)) for one in kept.shipping_costs]
    return hashlib.sha256(repr((told, mail, sent)).encode()).hexdigest()[:16]


def kept(currency: str) -> MarginForm:
    """As it is kept. `currency`: of a mail's cost where nobody has said one."""
    found = costs.current()
    return MarginForm(
        lines=[
            Line(channel=one.channel, category=one.category, share=numbers.shown(100 * one.share))
            for one in found.default_margins
        ] or [Line()],
        deliveries=deliveries({one.channel: numbers.shown(one.amount) for one in found.shipping_costs}),
        mail=numbers.shown(found.mail.amount) if found.mail else "",
        mail_currency=found.mail.currency if found.mail else currency,
        basis=digest(found),
    )  # fmt: skip


def deliveries(amounts: Mapping[str, str]) -> list[Delivery]:
    """One per channel of the shop, and per other channel of which something is said; `amounts`: slug → what."""
    known = {one.slug: one.currency for one in conf.host().channels()}
    return [
        Delivery(channel=slug, currency=known.get(slug, ""), amount=amounts.get(slug, ""))
        for slug in dict.fromkeys([*known, *amounts])
    ]


def typed(given: QueryDict) -> MarginForm:
    """As it was sent."""
    columns = [given.getlist(name)[:MOST] for name in ("channel", "category", "share")]
    lines = [
        Line(channel=channel, category=category, share=share)
        for channel, category, share in zip(*columns, strict=False)
    ]
    sent = dict(zip(given.getlist("shippingChannel"), given.getlist("shipping"), strict=False))
    return MarginForm(
        lines=lines, mail=given.get("mail", ""), mail_currency=given.get("mailCurrency", ""),
        basis=given.get("basis", ""), deliveries=deliveries(sent),
    )  # fmt: skip


def said_now(held: MarginForm, typed: MarginForm) -> list[dict[str, str]]:
    """What holds by now, of what was typed otherwise."""
    now, mine = _told(held), _told(typed)
    labels = [*now, *(each for each in mine if each not in now)]
    return fields.said_now(*([_field(each, told) for each in labels] for told in (now, mine)))


def _field(label: str, told: Mapping[str, str]) -> fields.Field:
    return fields.Field(name=label, label=label, value=told.get(label, ""))


def _told(form: MarginForm) -> dict[str, str]:
    """All of it, in words."""
    names, everywhere = dict(form.categories), _("All")
    told = {
        f"{one.channel or everywhere}, {names.get(one.category, one.category) or everywhere}": one.share.strip()
        for one in form.lines if one.share.strip()
    }  # fmt: skip
    for each in form.deliveries:
        label = f"{_('What sending an order costs you')}, {each.channel}"
        told[label] = f"{each.amount.strip()} {each.currency}" if each.amount.strip() else ""
    mail = form.mail.strip()
    return {**told, _("What sending one mail costs"): f"{mail} {form.mail_currency}" if mail else ""}


def read(form: MarginForm) -> Read:
    """As the flow wants it; a line without a number is none. Raises BadInput."""
    form.lines = [one for one in form.lines if one.share.strip()]
    found = [
        MarginGiven(
            channel=one.channel, category=one.category,
            share=numbers.number(one.share, field=f"defaultMargins[{place}].share") / 100,
        )
        for place, one in enumerate(form.lines)
    ]  # fmt: skip
    mail = None
    if form.mail.strip():
        mail = SendingGiven(
            amount=numbers.amount(form.mail, field="mailCost.amount"), currency=form.mail_currency
        )
    sent = [
        ShippingGiven(channel=one.channel, amount=numbers.amount(one.amount, field=f"shipping.{one.channel}"))
        for one in form.deliveries
        if one.amount.strip()
    ]
    return Read(margins=found, mail=mail, deliveries=sent)


def blame(form: MarginForm, error: BadInput) -> None:
    """The error stands at the line that it is about."""
    name = error.field or ""
    for place, line in enumerate(form.lines):
        if name.startswith(f"defaultMargins[{place}]"):
            line.error = error.message
    typed_ones = [one for one in form.deliveries if one.amount.strip()]
    for place, one in enumerate(typed_ones):
        if name == f"shipping.{one.channel}" or name.startswith(f"shippingCosts[{place}]"):
            one.error = error.message
    if name.startswith("mailCost"):
        form.mail_error = error.message
