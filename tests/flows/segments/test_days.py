"""A day in a rule is the whole day of the shop, whatever it is compared with and whatever the clocks do."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from saleor_relacional.flows.segments import membership
from saleor_relacional.flows.segments.segments import parsed
from saleor_relacional.models import CustomerSummary, Profile
from saleor_relacional.rules.tree import Clock, When
from tests.support.people import buys, person

pytestmark = pytest.mark.django_db

MADRID = ZoneInfo("Europe/Madrid")


def at(*moment: int) -> datetime:
    """In Madrid."""
    return datetime(*moment, tzinfo=MADRID)  # type: ignore[misc,arg-type]


NOW = at(2026, 3, 30, 0, 30)
"""Half an hour after midnight; on the day before, the clocks went forward."""


@pytest.fixture
def ana(shop: Any) -> Profile:
    """In a shop in Madrid."""
    from saleor_relacional.hosts.standalone.models import Shop

    Shop.objects.update_or_create(id=1, defaults={"time_zone": "Europe/Madrid"})
    return person("Ana")


def belongs(ana: Profile, **rule: Any) -> bool:
    """Whether Ana does, now."""
    found, _ = membership.page(parsed(rule), first=10, after=None, now=NOW)
    return ana.pk in [one.id for one in found]


def bought(ana: Profile, **window: Any) -> bool:
    return belongs(ana, field="purchases", operator="at_least", value=1, **window)


@pytest.mark.parametrize("moment", [(2026, 2, 28, 0, 0), (2026, 2, 28, 10, 30), (2026, 2, 28, 23, 59, 59)])
def test_until_a_day_includes_it_whole(ana: Profile, moment: tuple[int, ...]) -> None:
    """Ana bought in the morning, or in the last second, of the last day."""
    buys(ana, at(*moment))
    assert bought(ana, since="2026-02-01", until="2026-02-28")
    assert bought(ana, since="2026-02-28", until="2026-02-28")
    assert not bought(ana, until="2026-02-27") and not bought(ana, since="2026-03-01")


@pytest.mark.parametrize("hours", [0, 12, 23.99])
def test_moments_are_compared_with_whole_days(ana: Profile, hours: float) -> None:
    """Whatever the hour on 28 February: between includes it, before and after do not."""
    CustomerSummary.objects.filter(profile=ana).update(last_at=at(2026, 2, 28) + timedelta(hours=hours))

    def last_at(operator: str, value: Any) -> bool:
        return belongs(ana, field="last_at", operator=operator, value=value)

    assert last_at("between", ["2026-02-01", "2026-02-28"]) and last_at(
        "between", ["2026-02-28", "2026-03-02"]
    )
    assert not last_at("between", ["2026-03-01", "2026-03-02"])
    assert not last_at("before", "2026-02-28") and last_at("before", "2026-03-01")
    assert not last_at("after", "2026-02-28") and last_at("after", "2026-02-27")


def test_an_instant_is_an_instant(ana: Profile) -> None:
    """Whoever says the hour means it: both ends are included, to the second."""
    buys(ana, at(2026, 2, 28, 10, 30))
    assert bought(ana, until="2026-02-28T10:30:00+01:00", since="2026-02-28T09:30:00+00:00")
    assert not bought(ana, until="2026-02-28T10:29:59+01:00")


def test_yesterday_is_yesterday_though_the_clocks_have_changed(ana: Profile) -> None:
    """24 hours before 00:30 it was 23:30 of the day before yesterday: that day had 23 hours."""
    CustomerSummary.objects.filter(profile=ana).update(
        first_day=date(2026, 3, 29), last_at=at(2026, 3, 29, 0, 5)
    )
    assert belongs(ana, field="first_day", operator="is", value={"days_ago": 1})
    assert belongs(ana, field="last_at", operator="between", value=[{"days_ago": 1}, {"days_ago": 1}])
    assert not belongs(ana, field="last_at", operator="before", value={"days_ago": 1})
    assert When(days=-1).day(Clock(now=NOW, zone=MADRID)) == date(2026, 3, 29)
    autumn = Clock(now=at(2026, 10, 25, 23, 30), zone=MADRID)
    assert When(days=1).day(autumn) == date(2026, 10, 26)


@pytest.mark.parametrize("field", ["language", "first_name", "channel", "email"])
def test_what_is_not_known_is_neither_this_nor_that(ana: Profile, field: str) -> None:
    """Of Ana's language nothing is known: she is not "not Spanish"; there is a way to ask for her."""
    column = "email_key" if field == "email" else field
    Profile.objects.filter(pk=ana.pk).update(**{column: ""})
    bea = person("Bea", language="en", channel="web")

    def members(operator: str, **value: Any) -> set[int]:
        rule = {"field": field, "operator": operator, **value}
        return {one.id for one in membership.page(parsed(rule), first=10, after=None, now=NOW)[0]}

    assert members("is_not", value="es") == {bea.pk}
    assert members("none_of", value=["es"]) == {bea.pk}
    assert members("is", value="") == members("begins", value="zz") == set()
    assert members("unknown") == {ana.pk} and members("known") == {bea.pk}
    negated = {"not": {"field": field, "operator": "is", "value": "es"}}
    found, _ = membership.page(parsed(negated), first=10, after=None, now=NOW)
    assert {one.id for one in found} == {ana.pk, bea.pk}
