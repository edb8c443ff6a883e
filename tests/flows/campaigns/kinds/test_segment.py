"""Segment: the owner's own word to who enters a segment, by news or by time; one word per stay, none after it."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail

from saleor_relacional.db import sql
from saleor_relacional.errors import BadInput, Refused
from saleor_relacional.flows.campaigns import campaigns, plan
from saleor_relacional.flows.campaigns.kinds.kind import Step
from saleor_relacional.flows.campaigns.kinds.segment import KIND
from saleor_relacional.flows.campaigns.terms import Terms
from saleor_relacional.flows.people import forget, merge
from saleor_relacional.flows.segments import audience, segments
from saleor_relacional.flows.segments.segments import Known
from saleor_relacional.flows.sending import send
from saleor_relacional.models import Audience, Campaign, Enrolment, Profile, Touch
from tests.support.campaign_stories import CHANNEL, customer, open_shop, scored
from tests.support.instants import DAY
from tests.support.kind_stories import a_day, agrees, orders, takes_back, the_days
from tests.support.people import person

pytestmark = pytest.mark.django_db(transaction=True)

REGULARS = {"field": "purchases", "operator": "at_least", "value": 3}
QUIET = {"field": "idle_days", "operator": "between", "value": [45, 60]}


def saved(rule: Any, now: datetime, name: str = "Mine") -> Known:
    return segments.create(name=name, rule=rule, now=now)


def for_segment(rule: Any, now: datetime, **changes: Any) -> Campaign:
    """A campaign for the people of this rule, without a control group, switched on."""
    open_shop(now)
    campaign = campaigns.create(
        name="Mine", kind=KIND.name, now=now,
        terms=Terms(
            control_share=Decimal(0), **{"segment": saved(rule, now).public_id, "daily_capacity": 100, **changes}
        ),
    )  # fmt: skip
    scored(now)
    return campaigns.activate(campaign, now=now)


def test_who_is_in_it_hears_and_who_enters_it_later(shop: Any, now: datetime) -> None:
    """Ana has bought three times; Bea buys for the third time a week later. Cat has bought twice."""
    customer("Ana", now, days_ago=(90, 60, 30))
    bea = customer("Bea", now, days_ago=(90, 40))
    customer("Cat", now, days_ago=(90, 40))
    regulars = for_segment(REGULARS, now)
    assert the_days(regulars, now, (0, 1)) == [1, 0]
    orders(bea, now + 7 * DAY)
    assert the_days(regulars, now, (7, 8, 12, 13)) == [0, 0, 1, 0]  # the order reaches her first
    assert [sent.to for sent in mail.outbox] == [["ana@shop.example"], ["bea@shop.example"]]
    assert Enrolment.objects.count() == 2


def test_time_alone_brings_somebody_in_and_out(shop: Any, now: datetime) -> None:
    """Nobody hears anything of her: on day 15 she has been quiet for 45 days, on day 31 for more than 60."""
    ana = customer("Ana", now, days_ago=(90, 60, 30))
    quiet = for_segment(QUIET, now)
    assert the_days(quiet, now, (0, 14)) == [0, 0]
    assert Audience.objects.get().since is None and Audience.objects.get().turns_at == now + 15 * DAY
    assert a_day(quiet, now + 15 * DAY) == 1
    assert Audience.objects.get(profile=ana).since == now + 15 * DAY
    a_day(quiet, now + 31 * DAY)
    assert not Audience.objects.exists()


def test_a_stay_is_one_cycle_and_flapping_writes_once_in_30_days(shop: Any, now: datetime) -> None:
    """She enters, leaves by a cancelled order, enters again a day later: nothing until 30 days have passed."""
    ana = customer("Ana", now, days_ago=(90, 60, 30))
    regulars = for_segment(REGULARS, now)
    assert a_day(regulars, now) == 1
    takes_back(ana.purchases.latest("placed_at"), now + DAY)
    a_day(regulars, now + DAY)
    assert not Audience.objects.filter(since__isnull=False).exists()
    orders(ana, now + 2 * DAY)
    assert sum(the_days(regulars, now, range(2, 30))) == 0
    assert the_days(regulars, now, (30, 31, 40)) == [1, 0, 0]
    assert Enrolment.objects.filter(state="started").count() == 2


def test_what_is_queued_is_stopped_when_they_leave(shop: Any, now: datetime) -> None:
    """The second word waits; her order is taken back meanwhile, and she hears nothing more."""
    ana = customer("Ana", now, days_ago=(90, 60, 30))
    steps = (Step(message="segment"), Step(message="segment", wait_days=20))
    regulars = for_segment(REGULARS, now, steps=steps)
    assert a_day(regulars, now) == 1
    while Touch.objects.count() < 2:
        now += DAY
        plan.consider(regulars, now)
    takes_back(ana.purchases.latest("placed_at"), now)
    a_day(regulars, now + timedelta(hours=1))
    last = Touch.objects.latest("pk")
    assert (last.state, last.reason) == ("suppressed", "cycle_over") and len(mail.outbox) == 1


def test_who_has_left_since_the_plan_is_not_written_to(shop: Any, now: datetime) -> None:
    """Queued while she was in it, she leaves by time alone before the next plan: the rule is asked before it leaves."""
    customer("Ana", now, days_ago=(90, 75, 60))
    quiet = for_segment(QUIET, now)
    plan.consider(quiet, now)
    assert Touch.objects.get().state == "queued"
    assert send.send_due(now=now + timedelta(minutes=1)).sent == 0
    assert (Touch.objects.get().state, Touch.objects.get().reason) == ("suppressed", "cycle_over")
    assert not mail.outbox


def test_its_people_are_spread_by_capacity_and_what_it_is_after_counts(shop: Any, now: datetime) -> None:
    """Five, two mails per day; another campaign for the same people that recovers comes first."""
    for i in range(5):
        customer(f"Person{i}", now, days_ago=(90, 60, 30), value=f"{50 - 10 * i}.00")
    regulars = for_segment(REGULARS, now, daily_capacity=2)
    recovers = campaigns.create(
        name="First", kind=KIND.name, now=now,
        terms=Terms(
            control_share=Decimal(0), segment=campaigns.current(regulars).segment, daily_capacity=1,
            objective="recover",
        ),
    )  # fmt: skip
    campaigns.activate(recovers, now=now)
    plan.consider_all(now)
    first = (
        Enrolment.objects.filter(state="started")
        .order_by("-year_value")
        .values_list("campaign__name", flat=True)
    )
    assert list(first) == ["First", "Mine", "Mine"]


def test_a_changed_rule_looks_at_everybody_anew_and_who_stays_stays(shop: Any, now: datetime) -> None:
    """From three purchases to two: Ana stays in it since the first day, Cat enters."""
    ana = customer("Ana", now, days_ago=(90, 60, 30))
    customer("Cat", now, days_ago=(90, 40))
    regulars = for_segment(REGULARS, now)
    a_day(regulars, now)
    public_id = campaigns.current(regulars).segment
    segments.update(public_id, now=now, rule={**REGULARS, "value": 2})
    assert a_day(regulars, now + DAY) == 1
    assert mail.outbox[-1].to == ["cat@shop.example"]
    assert Audience.objects.get(profile=ana).since == now


def test_a_used_segment_stays(shop: Any, now: datetime) -> None:
    """It is not removed, and gets no rule that tells who was written to from who was not."""
    regulars = for_segment(REGULARS, now)
    public_id = campaigns.current(regulars).segment
    with pytest.raises(Refused, match="Mine") as refused:
        segments.remove(public_id)
    assert refused.value.code == "IN_USE"
    mailed = {"field": "mails", "operator": "is", "value": 0}
    with pytest.raises(BadInput, match="mails"):
        segments.update(public_id, now=now, rule=mailed)
    with pytest.raises(BadInput, match="mails") as bad:
        campaigns.edit(regulars, now=now, segment=saved(mailed, now, "Mailed").public_id)
    assert bad.value.field == "segment"
    campaigns.edit(regulars, now=now, segment=saved(QUIET, now, "Quiet").public_id)
    segments.remove(public_id)


def test_without_a_segment_it_is_not_switched_on(shop: Any, now: datetime) -> None:
    """And only this kind says what it is after."""
    open_shop(now)
    draft = campaigns.ensure(KIND.name, now)
    with pytest.raises(Refused) as refused:
        campaigns.activate(draft, now=now)
    assert refused.value.code == "NO_SEGMENT"
    with pytest.raises(BadInput) as bad:
        campaigns.create(name="Back", now=now, terms=Terms(objective="acquire"))
    assert bad.value.field == "objective"
    with pytest.raises(BadInput):
        campaigns.create(name="Gone", kind=KIND.name, now=now, terms=Terms(objective="let_go"))


def test_a_dry_run_of_a_draft_asks_the_rule(shop: Any, now: datetime) -> None:
    """No rows are kept of it, and none are written."""
    customer("Ana", now, days_ago=(90, 60, 30))
    open_shop(now)
    draft = campaigns.create(
        name="Mine",
        kind=KIND.name,
        now=now,
        terms=Terms(segment=saved(REGULARS, now).public_id, daily_capacity=5),
    )
    scored(now)
    run = plan.dry_run(draft, now)
    assert run.summary is not None and run.summary.considered == 1 and len(run.proposals) == 1
    assert not Audience.objects.exists()


def test_the_merged_and_the_forgotten_leave_no_row(shop: Any, now: datetime) -> None:
    """A guest who registers hears once; whoever is forgotten is in no audience."""
    guest = customer("Ana", now, days_ago=(90, 60, 30))
    regulars = for_segment(REGULARS, now)
    assert a_day(regulars, now) == 1
    account = person("AnaToo", channel=CHANNEL)
    merge.merge(guest.pk, account.pk, cause="vouched", now=now + DAY)
    assert sum(the_days(regulars, now, range(1, 12))) == 0
    assert list(Audience.objects.values_list("profile_id", flat=True)) == [account.pk]
    forget.forget(Profile.objects.get(pk=account.pk), now=now + 12 * DAY)
    assert not Audience.objects.exists()


def test_consent_moves_people_too(shop: Any, now: datetime) -> None:
    """The segment is who has opted in: she does, and is in it at the next plan."""
    ana = customer("Ana", now, days_ago=(90, 60, 30), agreed=False)
    wanted = for_segment({"field": "consent", "operator": "is", "value": "opt_in"}, now)
    assert a_day(wanted, now) == 0
    agrees(ana, now + DAY)
    assert a_day(wanted, now + DAY) == 1


def test_switched_off_and_on_again_it_knows_who_left(shop: Any, now: datetime) -> None:
    """Nobody kept rows while it was paused; whoever left meanwhile is out, at once."""
    ana = customer("Ana", now, days_ago=(90, 60, 30))
    regulars = for_segment(REGULARS, now)
    plan.consider(regulars, now)
    campaigns.pause(regulars, now=now)
    takes_back(ana.purchases.latest("placed_at"), now + DAY)
    plan.consider_all(now + DAY)
    campaigns.activate(Campaign.objects.get(pk=regulars.pk), now=now + 2 * DAY)
    assert a_day(regulars, now + 2 * DAY) == 0
    assert not Audience.objects.exists() and not mail.outbox


def test_who_turned_is_found_by_index(shop: Any, now: datetime) -> None:
    """Two thousand rows, three whose moment has come."""
    quiet = for_segment(QUIET, now)
    people = [Profile(email=f"{i}@shop.example", created_at=now) for i in range(2_000)]
    Profile.objects.bulk_create(people, batch_size=500)
    Audience.objects.bulk_create(
        Audience(
            campaign=quiet, profile=one, segment=campaigns.current(quiet).segment,
            turns_at=now - DAY if number < 3 else now + DAY,
        )
        for number, one in enumerate(people)
    )  # fmt: skip
    sql.run("ANALYZE saleor_relacional_audience")
    told = sql.rows(f"EXPLAIN (ANALYZE) {audience._TURNED}", {"campaign": quiet.pk, "now": now})
    text = "\n".join(row[0] for row in told)
    assert "relacional_audience_turns" in text and "Seq Scan" not in text
