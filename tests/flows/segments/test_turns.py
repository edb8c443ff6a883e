"""Rows of who is in a segment, moved by nothing but the moments that they name, tell the same as the rule asked anew of
everybody: random rules, random people, a clock that moves on at random and to the very instants at which it matters."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saleor_relacional.db import sql
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.campaigns.terms import Terms
from saleor_relacional.flows.scoring import unplanned
from saleor_relacional.flows.segments import audience, membership, segments
from saleor_relacional.flows.segments.segments import parsed
from saleor_relacional.hosts.standalone.models import Shop
from saleor_relacional.models import Audience, CampaignVersion, CustomerSummary, Profile, Segment
from saleor_relacional.rules.fields import FIELDS, FieldKind, Form
from tests.flows.segments.test_segments_agree import condition, people, rules
from tests.rules.reference import Person
from tests.running.tries import tries
from tests.support.instants import DAY
from tests.support.people import person

__all__ = ["people"]
pytestmark = pytest.mark.django_db

TICK = timedelta(microseconds=1)
ANYBODY = {"field": "purchases", "operator": "at_least", "value": 0}
HURRIED = settings(deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)

steps = st.lists(
    st.sampled_from(
        [
            TICK, timedelta(seconds=1), timedelta(hours=1), timedelta(hours=11, minutes=30), DAY, 3 * DAY,
            30 * DAY, 200 * DAY, "before", "at", "after", "at", "after",
        ]
    ),
    min_size=3,
    max_size=8,
)  # fmt: skip
"""How the clock moves: so far, or to the next moment that a row names, or a microsecond before or after it."""


@pytest.fixture
def version(shop: Any, now: datetime) -> CampaignVersion:
    """A campaign for the people of a segment whose rule the tests change."""
    mine = segments.create(name="Mine", rule=ANYBODY, now=now)
    made = campaigns.create(name="Mine", kind="segment", now=now, terms=Terms(segment=mine.public_id))
    return campaigns.current(made)


def moves_on(now: datetime, step: Any) -> datetime:
    """The clock after this step."""
    if isinstance(step, timedelta):
        return now + step
    coming = Audience.objects.filter(turns_at__gt=now).order_by("turns_at").values_list("turns_at", flat=True)
    if not coming:
        return now + DAY
    offset = {"before": -TICK, "at": timedelta(), "after": TICK}[step]
    return max(now, coming[0] + offset)


def moved(version: CampaignVersion, now: datetime) -> list[int]:
    """Who is in it by the rows, after those were looked at whose moment has come, and nobody else; by key."""
    audience.mark_turned(version, now)
    news = unplanned.after(0, 1_000)
    audience.foresee(version, [*news], now)
    unplanned.clear(news)
    return list(
        Audience.objects.filter(since__isnull=False)
        .order_by("profile_id")
        .values_list("profile_id", flat=True)
    )


def agrees(version: CampaignVersion, rule: Any, clock: list[Any], now: datetime) -> None:
    """From `now` on, at every step."""
    Segment.objects.filter(public_id=version.segment).update(rule=rule)
    unplanned.clear_all()
    audience.foresee(version, [*Profile.objects.values_list("pk", flat=True)], now)
    for step in clock:
        now = moves_on(now, step)
        found, _ = membership.page(parsed(rule), first=100, after=None, now=now)
        assert moved(version, now) == [each.id for each in found]
        early = Audience.objects.filter(turns_at__lte=now)
        assert not early.exists()


@pytest.mark.parametrize("zone", ["Europe/Madrid", "America/Havana"])
def test_rows_moved_by_time_alone_are_never_late(
    people: list[tuple[Profile, Person]], version: CampaignVersion, now: datetime, zone: str
) -> None:
    """Any rule, in a zone whose clocks change at night and in one where midnight comes twice."""
    Shop.objects.update_or_create(id=1, defaults={"time_zone": zone})

    @settings(HURRIED, max_examples=tries(100))
    @given(rules, steps)
    def hold(rule: dict[str, Any], clock: list[Any]) -> None:
        agrees(version, rule, clock, now)

    hold()


def test_every_field_by_itself(
    people: list[tuple[Profile, Person]], version: CampaignVersion, now: datetime
) -> None:
    """None of them hides behind another one."""
    Shop.objects.update_or_create(id=1, defaults={"time_zone": "Europe/Madrid"})
    moving = sorted({"idle_days", "overdue", "since", "slips_at", "joined_at", "first_day", "consent", "purchases",
                     "sold", "refunds", "mails", "product", "habit_shift", "campaign", "last_at"})  # fmt: skip

    @settings(HURRIED, max_examples=tries(8))
    @given(st.tuples(*(condition(name) for name in moving)), steps)
    def hold(rule: tuple[dict[str, Any], ...], clock: list[Any]) -> None:
        for each in rule:
            agrees(version, each, clock, now)

    hold()


@pytest.mark.parametrize(
    "before, turn",
    [
        (
            "2026-03-28T12:00:00+00:00",
            "2026-03-28T23:00:00+00:00",
        ),  # the night before the hour that is left out
        ("2026-03-29T12:00:00+00:00", "2026-03-29T22:00:00+00:00"),
        ("2026-10-25T12:00:00+00:00", "2026-10-25T23:00:00+00:00"),
    ],
)
def test_a_day_turns_at_midnight_in_the_shop(version: CampaignVersion, before: str, turn: str) -> None:
    """Of somebody who bought at noon "yesterday or later" ends with the day after, whatever the clocks do."""
    now = datetime.fromisoformat(before)
    Shop.objects.update_or_create(id=1, defaults={"time_zone": "Europe/Madrid"})
    ana = person("Ana")
    CustomerSummary.objects.filter(profile=ana).update(last_at=now - DAY)
    rule = {"field": "last_at", "operator": "between", "value": [{"days_ago": 1}, {"days_ago": 0}]}
    Segment.objects.update(rule=rule)
    audience.foresee(version, [ana.pk], now)
    assert Audience.objects.get().turns_at == datetime.fromisoformat(turn)


def test_of_two_midnights_the_first_counts(version: CampaignVersion) -> None:
    """In Havana the clocks are put back from one to midnight: the day begins at the first one, at four in UTC."""
    Shop.objects.update_or_create(id=1, defaults={"time_zone": "America/Havana"})
    now = datetime.fromisoformat("2026-10-31T16:00:00+00:00")
    ana = person("Ana")
    CustomerSummary.objects.filter(profile=ana).update(last_at=now - DAY)
    Segment.objects.update(rule={"field": "last_at", "operator": "after", "value": {"days_ago": 2}})
    audience.foresee(version, [ana.pk], now)
    assert Audience.objects.get().turns_at == datetime.fromisoformat("2026-11-01T04:00:00+00:00")


def test_every_field_that_asks_the_clock_names_its_moments() -> None:
    """Whoever adds one says when time turns it."""
    asking = [each for each in FIELDS.values() if "rule_now" in each.sql or each.form is Form.IDLE]
    assert all(each.turn or each.form in (Form.IDLE, Form.NORMAL) for each in asking)
    assert {each.name for each in asking} == {"idle_days", "overdue", "consent", "live_offer"}
    assert not any(each.turn for each in FIELDS.values() if each.kind in (FieldKind.MOMENT, FieldKind.DAY))


def test_what_nothing_but_facts_changes_has_no_moment(version: CampaignVersion, now: datetime) -> None:
    """Somebody who is in it stays in it, and is never looked at for nothing; outside no row is kept of her."""
    ana, bea = person("Ana", language="es"), person("Bea", language="en")
    Segment.objects.update(rule={"field": "language", "operator": "is", "value": "es"})
    audience.foresee(version, [ana.pk, bea.pk], now)
    row = Audience.objects.get()
    assert (row.profile_id, row.since, row.turns_at) == (ana.pk, now, None)
    assert sql.rows("SELECT count(*) FROM saleor_relacional_audience")[0][0] == 1
