"""Anniversary: thanks on the day of the first order, each year once, 29 February kept right, nobody of long ago."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from saleor_relacional import conf
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.campaigns.kinds.anniversary import KEPT_FOR, KIND, anniversaries
from saleor_relacional.flows.campaigns.kinds.kind import Step
from saleor_relacional.flows.people import merge
from saleor_relacional.hosts.standalone.models import Shop
from saleor_relacional.models import Campaign, Enrolment, Profile, Touch
from tests.support.campaign_stories import CHANNEL, customer
from tests.support.instants import DAY
from tests.support.kind_stories import a_day, orders, refunds, switched_on, takes_back, the_days
from tests.support.people import person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def thanks(shop: Any, now: datetime) -> Campaign:
    """The campaign as it ships, switched on."""
    return switched_on(KIND.name, now)


def regular(name: str, now: datetime, *, first: int, **story: Any) -> Profile:
    """Somebody who first bought so many days ago, and every thirty days since."""
    return customer(name, now, days_ago=[first - gap for gap in range(0, first, 30)], **story)


def test_on_the_day_once(thanks: Campaign, now: datetime) -> None:
    """A year after the first order, not the day before, and not again; it says since when, and offers nothing."""
    regular("Ana", now, first=364)
    assert the_days(thanks, now, (0, 1, 2, 5, 7, 8)) == [0, 1, 0, 0, 0, 0]
    [sent] = mail.outbox
    assert sent.subject.startswith("One year since your first order")
    assert "March 3, 2025" in sent.body and "a year ago" in sent.body and "coming back since" in sent.body
    assert not any(word in sent.body.lower() for word in ("code", "% off", "discount"))


def test_each_year_has_its_own(thanks: Campaign, now: datetime) -> None:
    """Ana goes on ordering: after two years she is thanked for two."""
    ana = regular("Ana", now, first=365)
    assert a_day(thanks, now) == 1
    for days in range(30, 366, 30):
        orders(ana, now + days * DAY)
        assert a_day(thanks, now + days * DAY) == 0
    assert the_days(thanks, now, (364, 365, 366)) == [0, 1, 0]
    assert mail.outbox[1].subject.startswith("2 years since")
    assert sorted(Enrolment.objects.values_list("cycle", flat=True)) == ["2026-03-02", "2027-03-02"]


def test_the_old_base_is_not_thanked_but_waits_for_its_day(thanks: Campaign, now: datetime) -> None:
    """Whoever had the day longer ago than a few days, or has it in a month, is left alone when it is switched on."""
    for first in (365 + KEPT_FOR, 365 + 180, 335, 40):
        regular(f"First{first}", now, first=first)
    assert the_days(thanks, now, range(4)) == [0, 0, 0, 0]
    assert not Enrolment.objects.exists()


def test_who_stood_in_the_days_is_spread(shop: Any, now: datetime) -> None:
    """Five whose day was this week, two mails per day: the most promising first, nobody twice."""
    thanks = switched_on(KIND.name, now, daily_capacity=2)
    for i in range(5):
        regular(f"Person{i}", now, first=365 + i % 3, value=f"{50 - 10 * i}.00")
    assert the_days(thanks, now, range(4)) == [2, 2, 1, 0]
    assert [sent.to[0] for sent in mail.outbox[:2]] == ["person0@shop.example", "person1@shop.example"]


def test_three_days_without_a_run_lose_nobody(thanks: Campaign, now: datetime) -> None:
    """The beat was away on the day: the thanks leave when it is back."""
    regular("Ana", now, first=364)
    assert a_day(thanks, now) == 0
    assert a_day(thanks, now + 4 * DAY) == 1


def test_who_is_late_is_left_to_the_win_back(thanks: Campaign, now: datetime) -> None:
    """Bought once, a year ago: lapsed on the day. No thanks for being away."""
    customer("Ana", now, days_ago=(365,))
    assert the_days(thanks, now, range(3)) == [0, 0, 0]


def test_an_order_on_the_day_does_not_stop_it(thanks: Campaign, now: datetime) -> None:
    """Who orders in the morning is thanked all the same, once the parcel may have come."""
    ana = regular("Ana", now, first=365)
    orders(ana, now - timedelta(hours=3))
    assert the_days(thanks, now, (0, 2, 3)) == [0, 0, 1]


def test_another_first_order_is_no_second_anniversary(thanks: Campaign, now: datetime) -> None:
    """She is thanked; then her first order is taken back, and the next one becomes the first: a month later nobody
    thanks her again for a year."""
    ana = regular("Ana", now, first=365)
    assert a_day(thanks, now) == 1
    takes_back(ana.purchases.order_by("placed_at")[0], now + DAY)
    for days in (15, 29, 30, 31):
        orders(ana, now + days * DAY)
        assert a_day(thanks, now + days * DAY) == 0


def test_nothing_left_stops_it(shop: Any, now: datetime) -> None:
    """All was taken back before the message left: it is stopped with the reason."""
    thanks = switched_on(KIND.name, now, steps=(Step(message="anniversary", wait_days=3),))
    ana = regular("Ana", now, first=365)
    assert a_day(thanks, now) == 0
    for purchase in ana.purchases.all():
        takes_back(purchase, now + DAY)
    assert (Touch.objects.get().state, Touch.objects.get().reason) == ("suppressed", "taken_back")
    assert the_days(thanks, now, (1, 2, 3, 4)) == [0, 0, 0, 0]


def test_nobody_is_thanked_while_money_goes_back(thanks: Campaign, now: datetime) -> None:
    """Trust before commerce: a part that was given back last week is a reason to be silent for a week, the whole for a
    month."""
    ana = regular("Ana", now, first=365)
    refunds(ana.purchases.order_by("placed_at")[2], now - 5 * DAY)
    assert a_day(thanks, now) == 0
    assert Enrolment.objects.get().reason == "silence"
    assert a_day(thanks, now + 2 * DAY) == 1


def test_nobody_is_written_to_without_a_basis(thanks: Campaign, now: datetime) -> None:
    """The rules are those of every mail."""
    regular("Ana", now, first=365, agreed=False)
    assert a_day(thanks, now) == 0
    assert Enrolment.objects.get().reason == "no_basis"


def test_a_guest_who_registers_is_thanked_once(thanks: Campaign, now: datetime) -> None:
    """Thanked as a guest; the account that she opens inherits her years, and the thanks."""
    guest = regular("Ana", now, first=365)
    assert a_day(thanks, now) == 1
    account = person("AnaToo", channel=CHANNEL)
    merge.merge(guest.pk, account.pk, cause="vouched", now=now + DAY)
    assert the_days(thanks, now, (1, 2, 3)) == [0, 0, 0]
    assert Enrolment.objects.count() == 1


@pytest.mark.parametrize(
    ("today", "first", "kept"),
    [
        ("2025-02-28", "2024-02-29", "2025-02-28"),
        ("2025-03-01", "2024-02-29", "2025-02-28"),
        ("2028-02-28", "2024-02-29", None),
        ("2028-02-29", "2024-02-29", "2028-02-29"),
        ("2028-02-29", "2027-02-28", "2028-02-28"),
        ("2028-02-29", "2024-02-28", "2028-02-28"),
        ("2027-02-28", "2026-02-28", "2027-02-28"),
        ("2026-01-02", "2024-12-30", "2025-12-30"),
        ("2100-02-28", "2096-02-29", "2100-02-28"),
        ("2026-03-02", "2025-03-02", "2026-03-02"),
        ("2026-03-01", "2025-03-02", None),
        ("2026-03-02", "2026-03-02", None),
        ("2026-03-08", "2025-03-02", "2026-03-02"),
        ("2026-03-09", "2025-03-02", None),
    ],
)
def test_29_february_and_the_turn_of_the_year(today: str, first: str, kept: str | None) -> None:
    """Whose day it is: in a year without 29 February the 28th; for a few days; never in the first year."""
    found = anniversaries(date.fromisoformat(today)).get(date.fromisoformat(first))
    assert found == (date.fromisoformat(kept) if kept else None)


def test_every_first_day_has_one_anniversary_each_year() -> None:
    """Over eight years every day of two years is kept on as many days as it should, once per year."""
    firsts = [date(2023, 1, 1) + timedelta(days=days) for days in range(731)]
    seen: dict[date, set[date]] = {first: set() for first in firsts}
    for days in range(8 * 365 + 2):
        for first, day in anniversaries(date(2025, 1, 1) + timedelta(days=days)).items():
            if first in seen:
                seen[first].add(day)
    for first, days_kept in seen.items():
        years = [day.year for day in days_kept]
        assert sorted(years) == sorted(set(years)) and set(range(2026, 2032)) <= set(years), first


def test_the_day_is_that_of_the_shop(shop: Any) -> None:
    """In Madrid it is the anniversary from midnight there, two hours before that of Greenwich in summer; the mail
    leaves in the morning."""
    Shop.objects.update_or_create(id=1, defaults={"time_zone": "Europe/Madrid"})
    conf.host.cache_clear()
    eve = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)  # half past midnight of 2 July in Madrid
    thanks = switched_on(KIND.name, eve)
    ana = customer("Ana", datetime(2026, 7, 2, 10, tzinfo=UTC), days_ago=[365, *range(30, 360, 30)])
    ana.purchases.filter(placed_at__gt=eve).delete()
    assert a_day(thanks, eve - timedelta(hours=1)) == 0 and not Enrolment.objects.exists()
    assert a_day(thanks, eve) == 0 and Enrolment.objects.get().state == "started"
    assert a_day(thanks, datetime(2026, 7, 2, 6, tzinfo=UTC)) == 1  # eight in Madrid


def test_it_ships_with_a_control_group_and_without_an_offer(shop: Any, now: datetime) -> None:
    """Every campaign that sells is measured; no incentive is the default."""
    made = campaigns.current(campaigns.ensure(KIND.name, now))
    assert float(made.control_share) == 0.2
    assert [(step.wait_days, step.offers) for step in made.steps.all()] == [(0, False)]
