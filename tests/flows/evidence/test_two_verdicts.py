"""Two verdicts, never merged: whether it brings people back, and whether it pays. One sentence leads."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import F
from django.utils import translation

from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.evidence import results
from saleor_relacional.flows.evidence.comparison import CurrencyResult
from saleor_relacional.flows.evidence.outcome import Outcome
from saleor_relacional.flows.people import forget
from saleor_relacional.models import Campaign, CustomerSummary, Enrolment, Profile, Purchase, PurchaseLine
from tests.support.campaign_stories import open_shop, win_back
from tests.support.instants import DAY

pytestmark = pytest.mark.django_db
WINDOW = timedelta(days=30)
EACH = 100


@pytest.fixture
def campaign(shop: Any, now: datetime) -> Campaign:
    """A hundred people of either arm started 31 days ago."""
    open_shop(now)
    made = win_back(now - 32 * DAY)
    people = Profile.objects.bulk_create(Profile(created_at=now) for _ in range(2 * EACH))
    CustomerSummary.objects.bulk_create(CustomerSummary(profile=who, since=now) for who in people)
    at = now - 31 * DAY
    Enrolment.objects.bulk_create(
        Enrolment(
            campaign=made, version=campaigns.current(made), profile=who, cycle="one", currency="EUR", state="started",
            arm="treated" if n < EACH else "control", drawn_share="0.5", stage="lapsed", considered_at=at,
            started_at=at, window_ends_at=at + WINDOW,
        )
        for n, who in enumerate(people)
    )  # fmt: skip
    return made


def buy(campaign: Campaign, arm: str, moneys: list[int], now: datetime) -> None:
    """The first people of an arm buy for so much on the second day."""
    people = Profile.objects.filter(enrolments__campaign=campaign, enrolments__arm=arm).order_by("pk")
    Purchase.objects.bulk_create(
        Purchase(
            profile=who, source="test", reference=f"o{who.pk}", state="counts", channel="web", currency="EUR",
            sold=money, placed_at=now - 30 * DAY, day=now.date(), learned_at=now, digest=b"",
        )
        for who, money in zip(people, moneys, strict=False)
    )  # fmt: skip


def price(cost: float = 0.5) -> None:
    """Tell of everything that was bought, which bears no tax, what it cost: this part of its money."""
    Purchase.objects.update(net=F("sold"))
    PurchaseLine.objects.bulk_create(
        PurchaseLine(
            purchase=bought, profile_id=bought.profile_id, quantity=1, total=bought.sold, net=bought.sold,
            cost=bought.sold * Decimal(cost),
        )
        for bought in Purchase.objects.all()
    )  # fmt: skip


@pytest.fixture
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.mark.usefixtures("english")
def test_it_brings_people_back_and_nobody_knows_yet_whether_it_pays(
    campaign: Campaign, now: datetime
) -> None:
    """46 of 100 instead of 16 come back; one of the control group spends as much as forty of the treated. It does not
    "work" until both are known, and the sentence says how long that would take."""
    buy(campaign, "treated", [50] * 46, now)
    buy(campaign, "control", [50] * 15 + [2000], now)
    found = results.results(campaign, now)
    assert found.main is not None
    assert (found.main.came_back.verdict, found.main.pays.verdict) == ("helps", "not_enough_evidence")
    assert (found.works, found.main.came_back.treated, found.main.came_back.control) == (False, 0.46, 0.16)
    assert found.main.came_back.lift.estimate == pytest.approx(0.30)
    assert found.sentence.startswith(
        "Brings people back: 46 of 100 instead of 16; what it brings in money kept is not "
    )
    assert ", at this pace" in found.sentence
    with translation.override("es"):
        assert found.sentence.startswith("Hace volver a la gente: 46 de 100 en lugar de 16; lo que aporta")
    campaigns.pause(campaign, now=now)
    assert ", at this pace" not in results.results(Campaign.objects.get(), now).sentence


@pytest.mark.usefixtures("english")
def test_it_works_where_it_does_both(campaign: Campaign, now: datetime) -> None:
    """60 of 100 instead of 10, each for about 50."""
    buy(campaign, "treated", [45 + n % 10 for n in range(60)], now)
    buy(campaign, "control", [45 + n for n in range(10)], now)
    price()
    found = results.results(campaign, now)
    assert found.works
    assert "60 of 100 instead of 10; it pays: between" in found.sentence


@pytest.mark.usefixtures("english")
def test_more_money_kept_is_not_called_that_it_works(campaign: Campaign, now: datetime) -> None:
    """The same shop, which has told no costs: what was sold may have cost more than it brought. So it has."""
    main = earns(campaign, now)
    found = results.results(campaign, now)
    assert (main.margin, main.pays.outcome, main.pays.verdict, found.works) == (None, "kept", "helps", False)
    assert "60 of 100 instead of 10; it pays in money kept: between" in found.sentence
    price(cost=2)
    found = results.results(campaign, now)
    assert found.main is not None and found.main.margin is not None
    assert (found.main.margin.verdict, found.main.kept.verdict, found.works) == ("harms", "helps", False)


@pytest.mark.usefixtures("english")
def test_it_may_drive_people_away(campaign: Campaign, now: datetime) -> None:
    """Nobody of the treated comes back, half of the others do."""
    buy(campaign, "control", [50] * 50, now)
    found = results.results(campaign, now)
    assert found.main is not None and found.main.came_back.verdict == "harms"
    assert found.sentence.startswith("Keeps people away: 0 of 100 come back instead of 50; ")
    assert results.results(campaign, now - 10 * DAY).sentence.startswith("Not enough evidence yet")


def test_a_verdict_stands_only_if_it_would_at_worst(campaign: Campaign, now: datetime) -> None:
    """40 of 100 treated come back and 16 of 100 of the control group. Five of these are erased while their window runs
    and had not bought: had they all come back, the difference would be .19, whose interval holds 0. Erased after their
    windows they change nothing. Who had bought by then has come back in any case."""
    buy(campaign, "treated", [50] * 40, now)
    buy(campaign, "control", [50] * 16, now)
    before = results.results(campaign, now).main
    assert before is not None and before.came_back.verdict == "helps" and before.came_back.worst is not None
    control = list(Profile.objects.filter(enrolments__arm="control").order_by("pk"))
    assert forget.forget(control[0], now=now - 20 * DAY) and forget.forget(control[-1], now=now)
    main = results.results(campaign, now).main
    assert main is not None and main.came_back.worst == pytest.approx(before.came_back.worst)
    for who in control[20:25]:
        forget.forget(who, now=now - 20 * DAY)
    main = results.results(campaign, now).main
    assert main is not None and main.came_back.worst is not None and main.came_back.lift.low is not None
    assert (main.control.erased, main.control.unseen, main.control.not_back) == (7, 6, 5)
    assert main.came_back.worst.low == pytest.approx(main.came_back.lift.low - 0.05)
    assert main.came_back.lift.verdict == "helps"
    assert main.came_back.verdict == ("helps" if main.came_back.worst.low > 0 else "not_enough_evidence")


def earns(campaign: Campaign, now: datetime) -> CurrencyResult:
    """60 of 100 buy instead of 10, each for about 50: both verdicts are that it helps."""
    buy(campaign, "treated", [45 + n % 10 for n in range(60)], now)
    buy(campaign, "control", [45 + n for n in range(10)], now)
    main = results.results(campaign, now).main
    assert main is not None and main.came_back.verdict == main.pays.verdict == "helps"
    return main


def somebody(arm: str) -> Profile:
    """The last of an arm, who bought nothing."""
    return Profile.objects.filter(enrolments__arm=arm).order_by("-pk")[0]


@pytest.mark.usefixtures("english")
def test_where_nothing_bounds_what_was_not_seen_there_is_no_verdict(
    campaign: Campaign, now: datetime
) -> None:
    """One of the control group is erased while their window runs. They may have come back, which changes little, but
    they may have bought for a million, in a hundred orders: nobody knows whether it pays. With a cap it is known."""
    before = earns(campaign, now)
    assert before.measured[Outcome.ORDERS].verdict == before.measured[Outcome.UNCAPPED].verdict == "helps"
    assert forget.forget(somebody("control"), now=now - 20 * DAY)
    found = results.results(campaign, now)
    main = found.main
    assert main is not None and main.kept.lift.verdict == "helps"
    for outcome in (Outcome.KEPT, Outcome.UNCAPPED, Outcome.ORDERS):
        assert (main.measured[outcome].worst, main.measured[outcome].verdict) == (None, "not_enough_evidence")
    assert (main.came_back.verdict, found.works) == ("helps", False)
    assert (
        "what it brings in money kept is not certain yet" in found.sentence
        and "at this pace" not in found.sentence
    )
    assert results.sentence(main.kept, "EUR").startswith("Not enough evidence yet: ")
    Campaign.objects.update(cap=Decimal(100), cap_currency="EUR")
    found = results.results(Campaign.objects.get(), now)
    assert found.main is not None and found.main.kept.worst is not None
    assert found.main.pays.verdict == "helps" and found.main.kept.lift.low is not None
    assert found.main.kept.worst.low == pytest.approx(found.main.kept.lift.low - 100 / EACH)
    assert found.main.measured[Outcome.UNCAPPED].verdict == "not_enough_evidence"


@pytest.mark.usefixtures("english")
def test_one_who_is_forgotten_without_a_known_margin_does_not_end_the_verdict(
    campaign: Campaign, now: datetime
) -> None:
    """Nobody told what one of the treated's purchase cost. Once they are erased nobody ever can: with a cap it may have
    left or cost that much, and the others' margin says the rest. Without one it stays unknown."""
    earns(campaign, now)
    price()
    known = results.results(campaign, now).main
    buyer = Purchase.objects.filter(profile__enrolments__arm="treated").earliest("pk")
    PurchaseLine.objects.filter(purchase=buyer).update(cost=None)
    assert known is not None and known.margin is not None
    Campaign.objects.update(cap=Decimal(100), cap_currency="EUR")
    living = results.results(Campaign.objects.get(), now)
    assert living.main is not None and (living.main.margin, living.works) == (None, False)
    assert forget.forget(Profile.objects.get(pk=buyer.profile_id), now=now)
    found = results.results(Campaign.objects.get(), now)
    assert found.main is not None and found.main.margin is not None and found.works
    margin, arm = found.main.margin, found.main.treated
    assert (arm.never_priced, arm.unpriced, arm.unseen) == (1, 0, 0)
    assert margin.worst is not None and margin.lift.low is not None and margin.lift.high is not None
    assert margin.worst == pytest.approx((margin.lift.low - 100 / EACH, margin.lift.high + 100 / EACH))
    assert found.main.kept.worst == pytest.approx((found.main.kept.lift.low, found.main.kept.lift.high))
    Campaign.objects.update(cap=None)
    found = results.results(Campaign.objects.get(), now)
    assert found.main is not None and (found.main.margin, found.works) == (None, False)


def test_a_cap_of_another_currency_bounds_it_too(campaign: Campaign, now: datetime) -> None:
    """Fixed in dollars, of which one is worth .80 of the reporting currency: what was not seen is up to 80."""
    policy.decide(now=now, reporting_currency="EUR", rates=[("USD", "0.8")])
    Campaign.objects.update(cap=Decimal(100), cap_currency="USD")
    earns(Campaign.objects.get(), now)
    assert forget.forget(somebody("treated"), now=now - 20 * DAY)
    main = results.results(Campaign.objects.get(), now).main
    assert main is not None and main.kept.worst is not None and main.kept.lift.high is not None
    assert main.kept.worst.high == pytest.approx(main.kept.lift.high + 80 / EACH)


def test_whoever_was_not_seen_may_have_objected(campaign: Campaign, now: datetime) -> None:
    """Each of them at most once. Of the window after theirs nobody knows who was seen to its end."""
    earns(campaign, now)
    for arm in ("treated", "control", "control"):
        forget.forget(somebody(arm), now=now - 20 * DAY)
    main = results.results(campaign, now + 30 * DAY).main
    assert main is not None
    for outcome in (Outcome.OBJECTED, Outcome.COMPLAINED, Outcome.REFUNDED):
        told = main.measured[outcome]
        assert told.worst is not None and told.lift.low is not None and told.lift.high is not None
        assert told.worst == pytest.approx((told.lift.low - 2 / EACH, told.lift.high + 1 / EACH))
    assert main.measured[Outcome.AFTER].worst is None


def test_what_was_only_brought_forward_is_missing_afterwards(campaign: Campaign, now: datetime) -> None:
    """Of the control group thirty buy in the window after theirs, of the treated nobody: told once that has closed."""
    people = Profile.objects.filter(enrolments__arm="control").order_by("pk")[:30]
    Purchase.objects.bulk_create(
        Purchase(
            profile=who, source="test", reference=f"l{who.pk}", state="counts", channel="web", currency="EUR", sold=50,
            placed_at=now + DAY, day=now.date(), learned_at=now, digest=b"",
        )
        for who in people
    )  # fmt: skip
    main = results.results(campaign, now + 20 * DAY).main
    assert main is not None and main.measured[Outcome.AFTER].lift.estimate is None
    main = results.results(campaign, now + 30 * DAY).main
    assert main is not None
    after = main.measured[Outcome.AFTER]
    assert (after.treated, after.control, after.lift.estimate) == (0.0, 15.0, pytest.approx(-15.0))
    assert (main.came_back.lift.estimate, main.treated.kept) == (0.0, 0)
