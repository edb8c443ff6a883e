"""What we believe of them and why: where the relationship stands, their rhythm, when they buy next, what an order is
worth. Read as the shop's staff read it, said in words first."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from saleor_relacional.flows.ledger import words
from saleor_relacional.flows.ledger.entries import Correctable, Entry, Section, SectionKind, name
from saleor_relacional.flows.profiles import category_rhythms, habits, profiles
from saleor_relacional.flows.profiles.beliefs import beliefs, fits
from saleor_relacional.flows.profiles.beliefs.named import Asked, Belief, Name
from saleor_relacional.flows.profiles.profiles import Relationship
from saleor_relacional.flows.profiles.rhythm_forecast import RhythmForecast
from saleor_relacional.models import Preference

CATEGORIES = 3
"""Whose rhythm is told: those with most gaps of their own."""


def of(profile_id: int, now: datetime) -> Section:
    """A constant number of statements. A profile that is gone, or wants nothing concluded, has an empty section."""
    if Preference.objects.filter(profile=profile_id, no_profiling=True).exists():
        return Section(kind=SectionKind.BELIEVE, summary=_("We conclude nothing about you, as you asked."))
    person = profiles.of_ids([profile_id]).get(profile_id)
    if person is None:
        return Section(kind=SectionKind.BELIEVE, summary=_("Nothing."))
    (asked,) = fits.asked([person], now)
    return Section(
        kind=SectionKind.BELIEVE, summary=words.stage(person.stage), entries=list(_all(person, asked, now))
    )


def _all(person: Relationship, asked: Asked, now: datetime) -> Iterator[Entry]:
    yield Entry(
        name=name("stage", person.id), title=words.stage(person.stage), at=person.since,
        detail=_("We think so %(cause)s.") % {"cause": words.cause(person.cause)},
    )  # fmt: skip
    forecast = asked.rhythms.get(person.id)
    if forecast is not None:
        yield _rhythm(person, forecast, asked)
        yield _next(person, forecast, asked, now)
    known = {one.name: one for _id, one in beliefs.read(asked)}
    if person.purchases and Name.ORDER_VALUE in known:
        yield _worth(person, known[Name.ORDER_VALUE])
    for one in category_rhythms.of([person], now)[person.id][:CATEGORIES]:
        yield Entry(
            name=name("category", f"{person.id}:{one.category}"),
            title=_("%(category)s: about every %(span)s.") % {
                "category": one.name, "span": words.span(one.typical_days)
            },
        )  # fmt: skip
    for shift in habits.of([person.id], most=CATEGORIES).get(person.id, []):
        yield Entry(
            name=name("habit", f"{person.id}:{shift.what}:{shift.happened_on}"), title=_habit(shift.what),
            detail=_("Since %(day)s.") % {"day": words.day(shift.happened_on, asked.zone)},
        )  # fmt: skip


def _rhythm(person: Relationship, forecast: RhythmForecast, asked: Asked) -> Entry:
    title = _("You buy about every %(span)s.") % {"span": words.span(forecast.typical_days)}
    low, high = (max(round(days), 1) for days in forecast.days_80)
    if forecast.declared and person.declared_at:
        detail = _("As it was said on %(day)s.") % {"day": words.day(person.declared_at, asked.zone)}
    elif forecast.own_gaps:
        own = ngettext(
            "Learnt from %(gaps)d gap between orders of yours: 8 of 10 lie between %(low)d and %(high)d days.",
            "Learnt from %(gaps)d gaps between orders of yours: 8 of 10 lie between %(low)d and %(high)d days.",
            forecast.own_gaps,
        )
        detail = own % {"gaps": forecast.own_gaps, "low": low, "high": high}
    else:
        detail = _("You have bought once, so this is how others do.")
    return Entry(name=name("rhythm", person.id), title=title, detail=detail, correctable=Correctable.RHYTHM)


def _next(person: Relationship, forecast: RhythmForecast, asked: Asked, now: datetime) -> Entry:
    latest = words.day(forecast.latest, asked.zone)
    begins = max(forecast.earliest, now)
    if begins > now + timedelta(days=1):
        title = _("Your next order, if one comes, is likely between %(first)s and %(last)s.") % {
            "first": words.day(begins, asked.zone), "last": latest,
        }  # fmt: skip
    else:
        title = _("Your next order, if one comes, is likely by %(last)s.") % {"last": latest}
    return Entry(
        name=name("next", person.id), title=title, correctable=Correctable.RHYTHM,
        detail=_("In 8 of 10 cases, by your rhythm and how long ago you bought."),
    )  # fmt: skip


def _worth(person: Relationship, found: Belief) -> Entry:
    title = _("An order of yours is worth about %(amount)s.") % {
        "amount": words.whole_money(found.value, found.currency)
    }
    return Entry(
        name=name("worth", person.id), title=title, detail=_("From what your orders and those of others were worth.")
    )  # fmt: skip


def _habit(what: str) -> str:
    return {
        "rhythm": _("You buy at another rhythm than before."),
        "basket": _("You spend another amount per order than before."),
        "category": _("You buy other things than before."),
        "channel": _("You buy in another of our shops than before."),
        "address": _("Your orders go to another place than before."),
    }[what]
