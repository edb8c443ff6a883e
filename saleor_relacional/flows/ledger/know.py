"""What we know: the person as we hold them, what they bought and gave back, what lies in their open checkouts."""

from collections.abc import Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.ledger import words
from saleor_relacional.flows.ledger.entries import MOST, Correctable, Entry, Section, SectionKind, name
from saleor_relacional.models import Basket, BasketState, Label, Profile, StaffNote

NAMED = 3
"""Lines of an order that are named; of the others only how many there are."""

_ORDERS = f"""
SELECT u.id, u.number, u.placed_at, u.sold, u.currency, u.state, ARRAY(
           SELECT line.name FROM {tables.PURCHASE_LINE} line WHERE line.purchase_id = u.id AND line.name <> ''
           ORDER BY line.id LIMIT {NAMED + 1}),
       (SELECT coalesce(sum(r.amount), 0) FROM {tables.REFUND} r
        WHERE r.purchase_id = u.id AND r.currency = u.currency), count(*) OVER ()
FROM {tables.PURCHASE} u WHERE u.profile_id = %(profile)s AND u.state <> 'withdrawn'
ORDER BY u.placed_at DESC, u.id DESC LIMIT {MOST}
"""
_LOOSE = f"""
SELECT id, happened_at, amount, currency FROM {tables.REFUND}
WHERE profile_id = %(profile)s AND purchase_id IS NULL ORDER BY happened_at DESC, id DESC LIMIT {MOST}
"""


def of(profile: Profile, zone: ZoneInfo) -> Section:
    """Six statements."""
    orders = sql.rows(_ORDERS, {"profile": profile.pk})
    number = orders[0][-1] if orders else 0
    return Section(
        kind=SectionKind.KNOW,
        summary=_summary(number, orders, zone),
        entries=[
            *_person(profile, zone),
            *_orders(orders, zone),
            *_refunds(profile),
            *_baskets(profile),
            *_noted(profile),
        ],
        left_out=max(number - MOST, 0),
    )


def _summary(number: int, orders: Sequence[Sequence[Any]], zone: ZoneInfo) -> str:
    if not number:
        return _("No order of yours.")
    told = ngettext(
        "%(number)d order, the last on %(day)s.", "%(number)d orders, the last on %(day)s.", number
    )
    return told % {"number": number, "day": words.day(orders[0][2], zone)}


def _person(profile: Profile, zone: ZoneInfo) -> Iterator[Entry]:
    held = (
        ("email", _("Your address: %(value)s"), profile.email),
        ("first_name", _("Your first name: %(value)s"), profile.first_name),
        ("language", _("Your language: %(value)s"), _language(profile.language)),
        ("time_zone", _("Your time zone: %(value)s"), profile.time_zone),
    )
    for column, said, value in held:
        if value:
            yield Entry(name=name(column, profile.pk), title=said % {"value": value})
    since = profile.joined_at or profile.created_at
    said = _("You have an account with us.") if profile.joined_at else _("We have known you since then.")
    yield Entry(name=name("since", profile.pk), title=said, at=since)


def _language(tag: str) -> str:
    """Its name, as its reader says it; the tag where nobody knows it."""
    return str(words.locale().languages.get(tag.replace("_", "-").split("-")[0].lower(), tag))


def _orders(rows: Sequence[Sequence[Any]], zone: ZoneInfo) -> Iterator[Entry]:
    for key, number, placed_at, sold, currency, state, lines, refunded, _all in rows:
        named = _("Order %(number)s, %(amount)s") if number else _("An order of %(amount)s")
        said = named % {"number": number, "amount": words.money(sold, currency)}
        detail = [_lines(lines)] if lines else []
        if refunded:
            detail.append(_("%(amount)s went back to you.") % {"amount": words.money(refunded, currency)})
        if why := _not_counted(state):
            detail.append(why)
        yield Entry(
            name=name("purchase", key), title=said, detail=" ".join(detail), at=placed_at,
            correctable=Correctable.PURCHASE,
        )  # fmt: skip


def _not_counted(state: str) -> str:
    """Why an order does not count as others do; empty: it does."""
    return {
        "empty": _("It does not count as a purchase: nothing of it stayed with us."),
        "gift": _("Corrected: it was a gift, and tells us nothing of what you need yourself, or when."),
        "not_mine": _("Corrected: it was not you who bought it, and it does not count as yours."),
    }.get(state, "")


def _lines(names: Sequence[str]) -> str:
    """What was bought."""
    return ", ".join(names[:NAMED]) + (", …" if len(names) > NAMED else ".")


def _refunds(profile: Profile) -> Iterator[Entry]:
    """What was given back for no order that we know."""
    for key, at, amount, currency in sql.rows(_LOOSE, {"profile": profile.pk}):
        said = _("%(amount)s went back to you.") % {"amount": words.money(amount, currency)}
        yield Entry(name=name("refund", key), title=said, at=at)


def _baskets(profile: Profile) -> Iterator[Entry]:
    open_ = Basket.objects.filter(profile=profile, state=BasketState.OPEN, filled=True)
    for one in open_.order_by("-changed_at", "-pk")[:MOST]:
        said = _("An open basket of %(amount)s") % {"amount": words.money(one.total, one.currency)}
        yield Entry(name=name("basket", one.pk), title=said, at=one.changed_at)


def _noted(profile: Profile) -> Iterator[Entry]:
    """What staff keep of them in words of their own."""
    for label in Label.objects.filter(profile=profile, removed_at=None).order_by("-set_at", "-pk")[:MOST]:
        said = _("A label of ours: %(name)s") % {"name": label.name}
        yield Entry(name=name("label", label.pk), title=said, at=label.set_at)
    for note in StaffNote.objects.filter(profile=profile).order_by("-written_at", "-pk")[:MOST]:
        said = _("A note of ours: %(text)s") % {"text": note.text}
        yield Entry(name=name("note", note.pk), title=said, at=note.written_at)
