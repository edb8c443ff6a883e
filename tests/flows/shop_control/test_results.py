"""What all that is commercial brought together: those who entered, arm against arm, whatever reached them."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from saleor_relacional.flows.evidence.outcome import Outcome
from saleor_relacional.flows.people import forget
from saleor_relacional.flows.shop_control import overview, periods
from saleor_relacional.models import Profile, Purchase, ShopControlEntry, ShopControlPeriod
from tests.api.asking import Asker
from tests.support.campaign_stories import crowd, open_shop, win_back
from tests.support.crowds import purchase
from tests.support.instants import DAY
from tests.support.shop_control import hold_out

pytestmark = pytest.mark.django_db

ENTERED = {"treated": (200, 100), "control": (60, 12)}
"""Arm → who entered, and how many of them came back."""


@pytest.fixture
def year(shop: Any, now: datetime) -> datetime:
    """Everybody enters today; those who come back buy once for twenty within a month. The day after windows close."""
    hold_out(now)
    for arm, (people, back) in ENTERED.items():
        entered(arm, people, back, now, "0.2")
    return now + 91 * DAY


def entered(
    arm: str, people: int, back: int, at: datetime, share: str, *, window: timedelta = 90 * DAY
) -> None:
    made = Profile.objects.bulk_create(
        Profile(first_name=f"{arm}{i}", created_at=at, email=f"{arm}{i}@{at:%j}.example")
        for i in range(people)
    )
    ShopControlEntry.objects.bulk_create(
        ShopControlEntry(
            period_id=periods.current(at).key, profile=one, arm=arm, drawn_share=Decimal(share), started_at=at,
            window_ends_at=at + window, currency="EUR",
        )
        for one in made
    )  # fmt: skip
    Purchase.objects.bulk_create(purchase(one, at + 30 * DAY) for one in made[:back])


def result(at: datetime) -> Any:
    [period] = overview.overview(at).periods
    [found] = period.compare()
    return found


def test_who_came_back_and_what_they_kept_us(year: datetime) -> None:
    """Half of those who are written to, a fifth of those who are not: 30 more of 100, and six euros a person."""
    found = result(year)
    back, kept, orders = (found.measured[one] for one in (Outcome.CAME_BACK, Outcome.KEPT, Outcome.ORDERS))
    assert (found.currency, back.people) == ("EUR", 260)
    assert back.lift.estimate == pytest.approx(0.3) and orders.lift.estimate == pytest.approx(0.3)
    assert 0 < back.lift.low < 0.3 < back.lift.high and back.verdict == "helps"
    assert kept.lift.estimate == pytest.approx(6.0) and kept.lift.low < 6 < kept.lift.high
    [period] = overview.overview(year).periods
    assert (period.treated, period.control) == (200, 60)
    assert period.words.startswith(
        "All commercial messages together. Brings people back: 50 of 100 instead of 20; "
    )
    with translation.override("es"):
        assert period.words.startswith("Todos los mensajes comerciales juntos. ")


def test_windows_that_still_run_decide_nothing(year: datetime, now: datetime) -> None:
    """A day before they close nothing is compared; both arms are counted."""
    found = result(now + 89 * DAY)
    assert found.measured[Outcome.CAME_BACK].lift.estimate is None
    assert (found.running_treated.people, found.running_control.people) == (200, 60)


def test_what_is_bought_after_the_window_is_no_outcome(year: datetime, now: datetime) -> None:
    """All of the control group come on the ninety-first day: too late to count."""
    Purchase.objects.bulk_create(
        purchase(entry.profile, now + 90 * DAY) for entry in ShopControlEntry.objects.filter(arm="control")
    )
    assert result(year).measured[Outcome.CAME_BACK].lift.estimate == pytest.approx(0.3)


def test_people_are_compared_within_the_share_under_which_they_were_drawn(
    year: datetime, now: datetime
) -> None:
    """Later a season came in which everybody buys, and the share was another: as the arms lie the control group would
    look better than it is."""
    periods.decide(Decimal("0.1"), now=now + DAY)
    entered("treated", 100, 100, now + DAY, "0.1")
    entered("control", 160, 160, now + DAY, "0.1")
    found = result(year + DAY).measured[Outcome.CAME_BACK]
    assert found.lift.estimate == pytest.approx(0.3 * 260 / 520)
    assert found.treated < found.control


def test_whoever_is_forgotten_stays_in_their_arm(year: datetime, now: datetime) -> None:
    """With what they bought, which names nobody."""
    before = result(year)
    one = Profile.objects.get(first_name="treated0")
    forget.forget(one, now=year)
    found = result(year)
    assert found.measured[Outcome.CAME_BACK].lift == before.measured[Outcome.CAME_BACK].lift
    assert found.treated.erased == 1 and found.treated.kept == before.treated.kept


ASKED = """{ relationshipShopControl { periods { cap { amount { amount currency } fixedAt } results {
    uncapped { estimate worstLow verdict } kept { worstLow } costKnown costEstimated
    treated { erased unseen people } control { erased unseen } } } } }"""


def test_the_api_tells_the_cap_all_money_and_whoever_was_not_seen(
    shop: Any, year: datetime, now: datetime
) -> None:
    """One of those who are written to was erased while their window ran: of money up to the cap it is known what that
    may change, of all money it is not."""
    ShopControlPeriod.objects.update(cap=Decimal(50), cap_currency="EUR")
    forget.forget(Profile.objects.get(first_name="treated0"), now=year - 30 * DAY)
    forget.forget(Profile.objects.get(first_name="control0"), now=year)
    shop.set_clock(year)
    asker = Asker(shop.context(account=shop.staff("MANAGE_USERS")))
    [period] = asker.data(ASKED)["relationshipShopControl"]["periods"]
    assert period["cap"]["amount"] == {"amount": 50.0, "currency": "EUR"}
    assert datetime.fromisoformat(period["cap"]["fixedAt"]) == now
    [found] = period["results"]
    assert found["treated"] == {"erased": 1, "unseen": 1, "people": 200}
    assert found["control"] == {"erased": 1, "unseen": 0}
    assert found["uncapped"]["estimate"] == pytest.approx(6.0)
    assert (found["uncapped"]["worstLow"], found["uncapped"]["verdict"]) == (None, "NOT_ENOUGH_EVIDENCE")
    assert found["kept"]["worstLow"] is not None
    assert (found["costKnown"], found["costEstimated"]) == (None, None)


def test_what_was_believed_when_they_entered_is_kept(shop: Any, now: datetime) -> None:
    """By the planner, in both arms; money counts up to what the shop's own past says, fixed when the period began."""
    from saleor_relacional.flows.campaigns import plan

    open_shop(now)
    crowd(20, now)
    hold_out(now)
    win_back(now, control_share="0")
    plan.consider_all(now)
    believed = ShopControlEntry.objects.values_list("arm", "believed_basket", "believed_idle")
    assert {arm for arm, _, _ in believed} == {"treated", "control"}
    assert all(basket > 0 and idle > 0 for _, basket, idle in believed)


def test_before_anybody_has_entered_it_says_so(shop: Any, now: datetime) -> None:
    """Nothing is claimed."""
    hold_out(now)
    [period] = overview.overview(now).periods
    assert (period.treated, period.control, period.compare()) == (0, 0, [])
    assert "Not enough evidence yet" in period.words
