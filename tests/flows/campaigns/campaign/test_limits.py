"""The days of a campaign, its languages, and its month's money."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from saleor_relacional.errors import BadInput
from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import campaigns, plan
from saleor_relacional.flows.campaigns.campaign import limits
from saleor_relacional.flows.campaigns.campaign.missing import missing
from saleor_relacional.flows.campaigns.kinds.kind import Step
from saleor_relacional.flows.sending import send
from saleor_relacional.models import Arm, Campaign, Enrolment, Prediction, Touch
from tests.support.campaign_stories import a_fit, crowd, late, one_step, open_shop, win_back
from tests.support.instants import DAY

pytestmark = pytest.mark.django_db(transaction=True)

TEN_OFF = {"discount": "percentage", "value": Decimal(10)}
ONE_CURRENCY = {"channels": ("eur",), "budget_currency": "EUR"}


def started(campaign: Campaign) -> int:
    return Enrolment.objects.filter(campaign=campaign, state="started").count()


def states(campaign: Campaign) -> dict[str, list[str]]:
    """State and reason → first names, in their order."""
    found: dict[str, list[str]] = {}
    for one in Enrolment.objects.filter(campaign=campaign).order_by("profile__first_name"):
        assert one.profile is not None
        found.setdefault(f"{one.state} {one.reason}".strip(), []).append(one.profile.first_name)
    return found


def test_nobody_starts_outside_of_its_days(shop: Any, now: datetime) -> None:
    """It begins the day after tomorrow and ends on that day: two start then, whoever waits goes on waiting, and the
    second message of the two leaves after the end."""
    open_shop(now, daily_capacity=2)
    first = now.date() + timedelta(days=2)
    steps = (Step(message="win_back"), Step(message="win_back_again", wait_days=8))
    campaign = win_back(now, control_share="0", steps=steps, starts_on=first, ends_on=first)
    crowd(5, now)
    counts = []
    for days in range(5):
        plan.consider_all(now + days * DAY)
        send.send_due(now=now + days * DAY)
        counts.append(started(campaign))
    assert counts == [0, 0, 2, 2, 2]
    assert [code.code for code in missing(campaigns.current(campaign), now + 3 * DAY)] == ["OVER"]
    plan.consider_all(now + 11 * DAY)
    assert send.send_due(now=now + 11 * DAY).sent == 2
    assert Touch.objects.filter(state="sent", step__number=2).count() == 2 and started(campaign) == 2


def test_a_dry_run_knows_the_days(shop: Any, now: datetime) -> None:
    """Of five people two a day start from the first day on; the fifth would come after the last one."""
    open_shop(now, daily_capacity=2)
    first = now.date() + timedelta(days=3)
    campaign = win_back(now, control_share="0", starts_on=first, ends_on=first + timedelta(days=1))
    crowd(5, now)
    found = plan.dry_run(campaign, now)
    assert found.summary is not None and (found.summary.treated, found.summary.waiting) == (0, 5)
    assert [one.on for one in found.proposals] == [first, first, *[first + timedelta(days=1)] * 2, None]


@pytest.mark.parametrize("kept", ["eur", "usd"])
def test_a_budget_has_the_currency_of_the_channels(shop: Any, now: datetime, kept: str) -> None:
    """An amount in another currency than the channels' is refused, and so is one in several currencies."""
    shop.channel("usd", "USD")
    given = {"month_budget": Decimal(10), "budget_currency": "EUR", "channels": (kept,)}
    if kept == "eur":
        assert campaigns.create(name="B", now=now, terms=one_step(**given)).versions.get().month_budget == 10
        given = {**given, "channels": ()}
    with pytest.raises(BadInput) as refused:
        campaigns.create(name="B", now=now, terms=one_step(**given))
    assert refused.value.field == "budgetCurrency"


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"starts_on": date(2026, 3, 2), "ends_on": date(2026, 3, 1)}, "endsOn"),
        ({"languages": ("en", "tlh")}, "languages"),
        ({"month_budget": Decimal(-1), **ONE_CURRENCY}, "monthBudget"),
        ({"month_budget": Decimal("NaN"), **ONE_CURRENCY}, "monthBudget"),
        ({"month_budget": Decimal(5), "budget_currency": "euro"}, "budgetCurrency"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(
    shop: Any, now: datetime, terms: dict[str, Any], field: str
) -> None:
    """Each limit names itself."""
    with pytest.raises(BadInput) as refused:
        campaigns.create(name="Back", now=now, terms=one_step(**terms))
    assert refused.value.field == field and not Campaign.objects.exists()


@pytest.mark.parametrize(
    ("language", "allowed", "reads"),
    [
        ("es", ("es",), True), ("es-MX", ("es",), True), ("es_mx", ("es",), True), ("en", ("es",), False),
        ("est", ("es",), False), ("", ("es",), False), ("", ("en",), True), ("tlh", (), True),
    ],
)  # fmt: skip
def test_who_reads_what(language: str, allowed: tuple[str, ...], reads: bool) -> None:
    """A region reads its language; somebody of whom nothing is known reads what mails fall back to."""
    assert limits.reads(language, allowed) is reads


def test_people_of_another_language_are_passed_over(shop: Any, now: datetime) -> None:
    """In both arms alike, and told why; once the campaign writes their language they start."""
    open_shop(now)
    campaign = win_back(now, languages=("ES",))
    late("Ana", now, language="es-MX")
    late("Bob", now, language="en")
    late("Cy", now, language="")
    plan.consider(campaign, now)
    assert states(campaign) == {"started": ["Ana"], "suppressed language": ["Bob", "Cy"]}
    campaigns.edit(campaign, now=now, languages=())
    plan.consider(campaign, now)
    assert states(campaign) == {"started": ["Ana", "Bob", "Cy"]}


def budgeted(now: datetime, budget: str, **more: Any) -> Campaign:
    """Ten per cent off, and five people: orders of 100, 80, 60, 40 and 20 are expected of them, down the queue, and
    none is higher than expected."""
    open_shop(now)
    a_fit(now, high_orders={"EUR": 1.0})
    campaign = win_back(now, month_budget=Decimal(budget), **{**TEN_OFF, **ONE_CURRENCY, **more})
    people = crowd(5, now)
    for place, one in enumerate(people):
        Prediction.objects.filter(profile=one).update(order_value=100 - 20 * place)
    return campaign


def test_offers_never_overshoot_the_months_money(shop: Any, now: datetime) -> None:
    """19 a month: 10 for the first, 8 for the second; the next three do not fit and wait for money, today and however
    often it is planned. With April there is money again, and in April the budget is another one."""
    campaign = budgeted(now, "19", control_share="0")
    for days in (0, 0, 1, 29):
        plan.consider_all(now + days * DAY)
        assert states(campaign) == {
            "started": ["Person000", "Person001"],
            "waiting budget": ["Person002", "Person003", "Person004"],
        }
    plan.consider_all(datetime(2026, 4, 1, 9, tzinfo=now.tzinfo))
    assert states(campaign) == {"started": [f"Person{i:03}" for i in range(5)]}


def test_a_cheaper_one_may_start_where_a_dear_one_does_not_fit(shop: Any, now: datetime) -> None:
    """12 a month: 10 for the first; of what is left, 2, only the last one's offer fits."""
    campaign = budgeted(now, "12", control_share="0")
    plan.consider_all(now)
    assert states(campaign)["started"] == ["Person000", "Person004"]
    campaigns.edit(campaign, now=now, month_budget=Decimal(100))
    plan.consider_all(now)
    assert started(campaign) == 5


def test_the_arm_does_not_decide_who_fits(shop: Any, now: datetime) -> None:
    """Everybody is in the control group but the first, who takes 10 of 15: whose own offer would take 6 or more off
    does not start either, though nothing would be taken off for them."""
    campaign = budgeted(now, "15", control_share="0")
    campaigns.pause(campaign, now=now)
    plan.consider_all(now)
    campaigns.activate(campaign, now=now)
    policy.decide(now=now, daily_capacity=0)
    plan.consider_all(now)
    Enrolment.objects.exclude(profile__first_name="Person000").update(arm=Arm.CONTROL)
    policy.decide(now=now, daily_capacity=100)
    plan.consider_all(now)
    assert states(campaign) == {
        "started": ["Person000", "Person003", "Person004"],
        "waiting budget": ["Person001", "Person002"],
    }
