"""The dry run says what the real run would do, and writes nothing."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connections, transaction
from django.db.utils import InternalError

from saleor_relacional import conf
from saleor_relacional.db import sql
from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import campaigns, candidates, costs, plan
from saleor_relacional.flows.campaigns.hindrance import Hindrance
from saleor_relacional.flows.campaigns.suppression import Suppression
from saleor_relacional.flows.campaigns.terms import Terms
from saleor_relacional.flows.consent import consent
from saleor_relacional.models import Enrolment, Incentive, Prediction, Profile, Touch
from tests.support.asked import Asked
from tests.support.campaign_stories import REGULAR, a_fit, crowd, late, open_shop, win_back
from tests.support.instants import DAY

pytestmark = pytest.mark.django_db


@contextmanager
def read_only() -> Iterator[None]:
    """PostgreSQL refuses every write inside, wherever it goes."""
    with transaction.atomic(using=conf.HOST_DATABASE), sql.atomic():
        for alias in {conf.HOST_DATABASE, conf.database()}:
            with connections[alias].cursor() as cursor:
                cursor.execute("SET TRANSACTION READ ONLY")
        yield


def test_it_runs_in_a_read_only_transaction(shop, now):
    """PostgreSQL itself refuses any write, and the dry run comes through; the real run does not."""
    open_shop(now, daily_capacity=5)
    crowd(12, now)
    consent.record_objection(late("Nora", now), source="one_click", now=now)
    campaign = win_back(now, discount="percentage", value=Decimal(10))
    with read_only():
        found = plan.dry_run(campaign, now)
        assert (found.summary.considered, found.summary.treated, len(found.proposals)) == (13, 5, 13)
        with pytest.raises(InternalError), sql.atomic():
            plan.consider(campaign, now)


def test_it_foretells_the_real_run_person_by_person(shop, now):
    """What the dry run proposed is what happened: arm, state and reason of each, and the counts."""
    open_shop(now, daily_capacity=6)
    crowd(25, now)
    for i in range(5):
        late(f"Silent{i}", now, agreed=False, value=f"{5 * (20.5 + i)}")
    campaign = win_back(now)
    foretold = plan.dry_run(campaign, now)
    planned = plan.consider(campaign, now)
    happened = {row.profile_id: (row.arm, row.reason, row.state) for row in Enrolment.objects.all()}
    assert {each.profile_id: (each.arm, each.reason) for each in foretold.proposals} == {
        profile: (arm, reason) for profile, (arm, reason, _) in happened.items()
    }
    assert {state for _, reason, state in happened.values() if not reason} == {"started"}
    summary = foretold.summary
    assert (summary.treated, summary.control, summary.waiting) == (
        planned.treated,
        planned.control,
        planned.waiting,
    )
    assert summary.suppressed == planned.suppressed == {Suppression.NO_BASIS: 5}
    assert summary.considered == summary.treated + summary.control + summary.waiting + 5


def budgeted(now, budget, **terms):
    """Sixteen people, half of them in the control group, of whom orders between 10 and 160 are expected in no order of
    their promise; ten per cent off, and so much money a month."""
    a_fit(now, high_orders={"EUR": 1.0})
    for place, one in enumerate(crowd(16, now)):
        Prediction.objects.filter(profile=one).update(order_value=10 + 70 * place % 160)
    return win_back(
        now, discount="percentage", value=Decimal(10), month_budget=Decimal(budget), budget_currency="EUR",
        channels=("eur",), **terms,
    )  # fmt: skip


def happened(campaign):
    """Person → arm and reason, as the real run wrote them."""
    rows = Enrolment.objects.filter(campaign=campaign)
    return {row.profile_id: (row.arm, row.reason) for row in rows}


@pytest.mark.parametrize("budget", ["0", "5", "13", "31.5", "1000"])
@pytest.mark.parametrize("capacity", [0, 3, 100])
def test_it_foretells_the_day_where_the_months_money_does_not_reach_everybody(shop, now, budget, capacity):
    """Person by person in both arms, after one plan of the day and after three of them; and nothing is overspent."""
    open_shop(now, daily_capacity=capacity)
    campaign = budgeted(now, budget)
    foretold = plan.dry_run(campaign, now)
    said = {each.profile_id: (each.arm, each.reason) for each in foretold.proposals}
    plan.consider(campaign, now)
    assert happened(campaign) == said and len(said) == 16
    for hours in (1, 2):
        plan.consider(campaign, now + hours * DAY / 24)
        assert happened(campaign) == said
    started = Enrolment.objects.filter(state="started")
    spent = sum(Incentive.objects.values_list("reserve", flat=True))
    summary, reasons = foretold.summary, Counter(reason for _, reason in said.values())
    assert spent <= Decimal(budget) and summary.left == Decimal(budget) - spent
    assert summary.cost.get("EUR", Decimal(0)) == spent
    assert (summary.treated, summary.control) == tuple(
        started.filter(arm=arm).count() for arm in ("treated", "control")
    )
    assert summary.waiting == reasons["capacity"] + reasons["budget"]
    assert summary.over_budget == reasons["budget"]
    if capacity and budget not in ("0", "1000"):
        assert {arm for arm, reason in said.values() if reason == "budget"} == {"treated", "control"}


def test_pages_share_the_months_money(shop, now):
    """Three to a page: the same as on one long page, also beyond today's mails; nobody whose money will be gone by
    their day is given one."""
    open_shop(now, daily_capacity=2)
    campaign = budgeted(now, "25")
    whole = plan.dry_run(campaign, now)
    pages, place = [], None
    while (page := plan.dry_run(campaign, now, first=3, after=place)).next is not None:
        pages += page.proposals
        place = page.next
    assert pages + list(page.proposals) == list(whole.proposals)
    dated = [each for each in whole.proposals if each.on is not None]
    assert sum(each.cost for each in dated if each.arm == "treated") <= 25
    assert {each.reason for each in whole.proposals if each.on is None} <= {"budget", "capacity"}
    assert any(each.reason == "capacity" and each.on is not None for each in dated)


def test_why_when_and_at_what_cost(shop, now):
    """Ana is treated today: 90 days without an order, surely overdue, two euros at most; Bea would wait a day."""
    open_shop(now, daily_capacity=1)
    ana = late("Ana", now, days_ago=REGULAR)
    bea = late("Bea", now, days_ago=REGULAR[:-1])
    campaign = win_back(now, control_share="0", discount="percentage", value=Decimal(10))
    found = plan.dry_run(campaign, now)
    first, second = found.proposals
    assert (first.profile_id, first.public_id, first.reason, first.on) == (
        ana.pk,
        ana.public_id,
        "",
        now.date(),
    )
    assert (first.stage, first.last_day, first.basis) == ("lapsed", (now - 90 * DAY).date(), "stated")
    assert 0.95 < first.overdue < 1
    assert (first.order_value, first.cost, first.currency) == (Decimal("20.00"), Decimal("2.00"), "EUR")
    assert (second.profile_id, second.reason, second.on) == (bea.pk, "capacity", (now + DAY).date())
    assert (found.summary.cost, found.summary.cost_all) == (
        {"EUR": Decimal("2.00")},
        {"EUR": Decimal("4.00")},
    )


def test_held_out_people_cost_nothing_and_an_amount_is_never_more_than_the_order(shop, now):
    """Fifty euros off an order of twenty costs twenty, for treated people only."""
    open_shop(now)
    crowd(20, now, value="20.00")
    found = plan.dry_run(win_back(now, discount="fixed", value=Decimal(50)), now)
    costs = {(each.arm, each.cost) for each in found.proposals}
    assert costs == {("treated", Decimal("20.00")), ("control", Decimal(0))}


def test_an_amount_is_told_in_the_currency_of_the_order_where_a_rate_leads_there(shop, now):
    """Ten euro off, and the owner reports in dollars: eleven dollars off an order of twenty-two. Without a rate from
    euro to what she pays in, ten euro are told as ten euro."""
    open_shop(now)
    policy.decide(now=now, reporting_currency="USD", rates=[("EUR", "1.10")])
    late("Ana", now, value="20.00")
    campaign = win_back(now, control_share="0", discount="fixed", value=Decimal(10), channels=("eur",))
    (ana,) = plan.dry_run(campaign, now).proposals
    assert (ana.currency, ana.cost, ana.cost_currency) == ("USD", Decimal("11.00"), "USD")
    offers = costs.offers(campaigns.current(campaign), now)
    assert offers.cost("treated", 2000.0, "JPY") == ("EUR", Decimal(10))


def test_a_draft_can_be_tried(shop, now):
    """Before anything is activated the owner sees what would be, and that nothing will."""
    open_shop(now)
    late("Ana", now)
    found = plan.dry_run(campaigns.create(name="Draft", now=now, terms=Terms(daily_capacity=10)), now)
    assert found.hindrance == Hindrance.PAUSED
    assert found.summary.considered == 1
    assert not Enrolment.objects.exists()


def test_pages_hold_everybody_once_in_the_order_of_the_queue(shop, now):
    """Pages of four, equal promises among them: nobody twice, nobody missing, same days as on one long page."""
    open_shop(now, daily_capacity=3)
    for i in range(11):
        late(f"P{i}", now, value=f"{10 * (i // 3)}")
    campaign = win_back(now)
    whole = plan.dry_run(campaign, now)
    pages, place = [], None
    while True:
        page = plan.dry_run(campaign, now, first=4, after=place)
        pages += page.proposals
        assert (page.summary is None) == (place is not None)
        if (place := page.next) is None:
            break
    assert pages == list(whole.proposals)
    assert [-each.year_value for each in pages] == sorted(-each.year_value for each in pages)


def test_who_waits_already_is_shown_and_who_started_is_not(shop, now):
    """After a day of two mails the dry run of the next day lists the rest."""
    open_shop(now, daily_capacity=2)
    crowd(6, now)
    campaign = win_back(now, control_share="0")
    plan.consider(campaign, now)
    Touch.objects.update(state="sent", ended_at=now)
    found = plan.dry_run(campaign, now + DAY)
    assert Counter(each.reason for each in found.proposals) == {"": 2, "capacity": 2}


def test_a_page_takes_as_many_queries_for_many_as_for_few(shop, now):
    """The number of queries does not grow with the page."""
    open_shop(now)
    crowd(12, now)
    campaign = win_back(now)
    with Asked() as few:
        plan.dry_run(campaign, now, first=2)
    with Asked() as many:
        plan.dry_run(campaign, now, first=12)
    assert len(few) == len(many)


def test_nobody_is_late(shop, now):
    """A shop without candidates has an empty dry run, not an error."""
    open_shop(now)
    found = plan.dry_run(win_back(now), now)
    assert (found.summary.considered, list(found.proposals), found.next) == (0, [], None)
    assert candidates.these(win_back(now), campaigns.current(win_back(now)), [1], now) == []
    assert not Profile.objects.exists()


def test_the_command_lists_the_queue_without_names(shop, now):
    """What it prints has counts, reasons and public ids, and no address of anybody."""
    open_shop(now)
    ana = late("Ana", now)
    late("Bea", now, agreed=False)
    win_back(now, control_share="0")
    said = StringIO()
    call_command("relacional_dry_run", stdout=said)
    assert (
        "2 considered: today 1 get it, 0 are the control group, 0 wait, 1 may not be written to"
        in said.getvalue()
    )
    assert "no_basis: 1" in said.getvalue()
    assert str(ana.public_id) in said.getvalue()
    assert "@" not in said.getvalue()
    assert not Enrolment.objects.exists()


def test_the_command_says_what_is_wrong(shop):
    """No campaign, and a public id that is none."""
    with pytest.raises(CommandError, match="no campaign yet"):
        call_command("relacional_dry_run")
    with pytest.raises(CommandError, match="public id"):
        call_command("relacional_dry_run", campaign="nonsense")
