"""Whether a cycle is open is decided once: candidates, expiry, the queue, the question before a mail leaves, the next
step and what an order stops all give the same answer, for every kind and every history."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from saleor_relacional import conf
from saleor_relacional.db import sql, tables
from saleor_relacional.flows.campaigns import (
    campaigns,
    candidates,
    cycles,
    judging,
    stopping,
    suppression,
)
from saleor_relacional.flows.campaigns.arbitration import wants
from saleor_relacional.flows.campaigns.arbitration.queue import Compared
from saleor_relacional.flows.campaigns.kinds.registry import kinds
from saleor_relacional.flows.campaigns.planning import foreseeing
from saleor_relacional.flows.campaigns.terms import Terms
from saleor_relacional.flows.scoring import score, stale
from saleor_relacional.flows.segments import segments
from saleor_relacional.models import (
    Basket,
    Campaign,
    Contact,
    Enrolment,
    ProductCategory,
    Profile,
    PurchaseLine,
    Stale,
    Touch,
)
from tests.running.tries import seeds
from tests.support.campaign_stories import open_shop
from tests.support.instants import DAY
from tests.support.people import buy_all, person

pytestmark = pytest.mark.django_db

PEOPLE = 60
A_FEW_PURCHASES = {"field": "purchases", "operator": "between", "value": [2, 4]}


@dataclass(frozen=True)
class Truth:
    """What the fragments of a kind say of one enrolment's person, asked one by one."""

    open: bool
    opens: bool
    own: bool
    ended: bool
    unseen: bool

    @property
    def current(self) -> bool:
        return self.open and self.own


def lives(number: int, kind: str, chance: Random, now: datetime) -> Profile:
    """Somebody with a random history; a third of them in a situation that the kind is for, or nearly."""
    special = chance.random() < 0.34
    if special and kind == "welcome":
        return person(f"Person{number}", vouched=True, joined_at=now - chance.choice((2, 10, 40)) * DAY)
    profile = person(f"Person{number}", channel="eur")
    span = chance.choice((12, 400))  # newcomers, and people with a history
    history = set(chance.sample(range(1, span), chance.randint(0, 6)))
    if special and kind in SITUATIONS:
        history = SITUATIONS[kind](chance)
    if special and kind == "sunset":
        writes(profile, chance.randint(2, 5), now)
    if special and kind == "second_chance":
        complains(profile, chance, now)
    if special and kind == "abandoned_checkout":
        leaves(profile, chance, now)
    takes_tea(profile, *(now - days * DAY for days in sorted(history, reverse=True)))
    return profile


SITUATIONS: dict[str, Callable[[Random], set[int]]] = {
    "anniversary": lambda chance: {364 + chance.randint(0, 8), *chance.sample(range(1, 300), 6)},
    "recovered_care": lambda chance: {*range(400, 560, 15), chance.randint(2, 60)},
    "sunset": lambda chance: {800},
    "abandoned_checkout": lambda chance: set(chance.sample(range(1, 300), chance.randint(0, 2))),
    "second_purchase": lambda chance: {chance.randint(8, 75)},
    "replenishment": lambda chance: {*range(chance.randint(12, 30), 300, 22)},
}
"""Days ago on which people bought for whom a kind is, or nearly."""


def takes_tea(profile: Profile, *at: datetime) -> None:
    """Purchases of a category in which people may have a rhythm."""
    PurchaseLine.objects.bulk_create(
        PurchaseLine(purchase=each, profile_id=profile.pk, product_key="tea", name="Tea", quantity=1, total=5)
        for each in buy_all(profile, at)
    )


def writes(profile: Profile, times: int, now: datetime) -> None:
    """They have heard from the shop so many times."""
    for number in range(times):
        Contact.objects.create(
            profile=profile, kind="staff", commercial=True, at=now - (500 - number) * DAY, recorded_at=now
        )


def complains(profile: Profile, chance: Random, now: datetime) -> None:
    """And was answered, or not."""
    for kind in ("complaint", chance.choice(("complaint", "answer", "apology"))):
        Contact.objects.create(
            profile=profile, kind=kind, at=now - chance.randint(1, 45) * DAY, recorded_at=now
        )


def leaves(profile: Profile, chance: Random, now: datetime) -> None:
    """One checkout or several, most of them theirs, open and with something in it."""
    for number in range(chance.randint(1, 3)):
        Basket.objects.create(
            profile=profile, source="test", reference=f"{profile.pk}-{number}", currency="EUR", total=5,
            state=chance.choice((*["open"] * 6, "purchased", "gone")),
            vouched=chance.random() < 0.9, filled=chance.random() < 0.9,
            changed_at=now - timedelta(hours=chance.choice((1, 5, 12, 30, 200, 500))), learned_at=now,
        )  # fmt: skip


def goes_on(profile: Profile, chance: Random, now: datetime) -> None:
    """After the scoring: a purchase or a refund, heard of in time or not yet."""
    event = chance.choice(("nothing", "nothing", "purchase", "refund"))
    if event == "purchase":
        takes_tea(profile, now - timedelta(hours=chance.randint(1, 20)))
    if event == "refund":
        sql.run(
            f"INSERT INTO {tables.REFUND} (profile_id, source, reference, amount, currency, happened_at, learned_at)"
            " VALUES (%s, 'test', %s, 5, 'EUR', %s, %s)",
            [profile.pk, f"refund-{profile.pk}", now - chance.choice((1, 40)) * DAY, now],
        )
    if chance.random() < 0.5:
        Stale.objects.filter(profile_id=profile.pk).delete()
    elif event != "nothing":
        stale.mark([profile.pk], now)


def enrols(
    campaign: Campaign, people: list[Profile], chance: Random, now: datetime
) -> dict[int, Enrolment | None]:
    """Of each an enrolment of this cycle, of another one, or none, in any state."""
    version = campaigns.current(campaign)
    kind = cycles.kind(version)
    cycle = f"SELECT s.profile_id, {kind.cycle} FROM {tables.CUSTOMER_SUMMARY} s"
    present = dict(sql.rows(cycle, cycles.parameters(version, now)))
    return {
        profile.pk: _enrols(campaign, version, profile, present.get(profile.pk), chance, now)
        for profile in people
    }


def _enrols(
    campaign: Campaign, version: Any, profile: Profile, present: str | None, chance: Random, now: datetime
) -> Enrolment | None:
    if chance.random() < 0.25:
        return None
    key = present if present and chance.random() < 0.7 else "2020-01-01"
    state = chance.choice(("waiting", "waiting", "suppressed", "started", "expired"))
    started = {"started_at": now - DAY, "window_ends_at": now + 30 * DAY} if state == "started" else {}
    return Enrolment.objects.create(
        campaign=campaign, version=version, profile=profile, cycle=key, stage="lapsed",
        arm=chance.choice(("treated", "control")), state=state, reason="capacity" if state == "waiting" else "",
        considered_at=now - chance.randint(1, 300) * DAY, year_value=chance.random(), **started,
    )  # fmt: skip


def truths(campaign: Campaign, now: datetime) -> dict[int, Truth]:
    """Enrolment → what each fragment says by itself."""
    version = campaigns.current(campaign)
    kind = cycles.kind(version)
    asked = {**cycles.parameters(version, now), "campaign": campaign.pk}
    found = sql.rows(
        f"SELECT e.id, coalesce({kind.open}, false), coalesce({kind.opens}, false),"
        f" coalesce({cycles.own(kind)}, false), coalesce({kind.ended}, false), {cycles.UNSEEN_FACTS}"
        f" FROM {tables.ENROLMENT} e JOIN {tables.CUSTOMER_SUMMARY} s ON s.profile_id = e.profile_id"
        " WHERE e.campaign_id = %(campaign)s",
        asked,
    )
    return {row[0]: Truth(*row[1:]) for row in found}


@pytest.fixture(params=sorted(kinds()))
def campaign(request: Any, shop: Any, now: datetime) -> Campaign:
    """An active campaign of this kind."""
    open_shop(now, daily_capacity=1_000)
    conf.host().set_place(storefront_url="https://tea.example/")
    ProductCategory.objects.create(
        source="test", product_key="tea", category_key="teas", name="Teas", learned_at=now
    )
    segment = (
        segments.create(name="Any", rule=A_FEW_PURCHASES, now=now) if request.param == "segment" else None
    )
    terms = Terms(daily_capacity=1_000, segment=segment and segment.public_id)
    made = campaigns.create(kind=request.param, name="Any", now=now, terms=terms, salt=b"a salt of sixteen")
    return campaigns.activate(made, now=now)


@pytest.mark.parametrize("seed", seeds(4))
def test_one_answer_everywhere(campaign: Campaign, now: datetime, seed: int) -> None:
    """60 random people: whoever is asked, the answer follows from the same fragments."""
    chance = Random(seed)
    people = [lives(number, campaign.kind, chance, now) for number in range(PEOPLE)]
    score.score_stale(now)
    for foresight in foreseeing.of(campaigns.current(campaign)).values():
        foresight.foresee([profile.pk for profile in people], now)
    for profile in people:
        goes_on(profile, chance, now)
    made = enrols(campaign, people, chance, now)
    enrolled = {row.pk: row for row in made.values() if row}
    version, truth = campaigns.current(campaign), truths(campaign, now)
    assert any(one.current for one in truth.values()) and not all(one.current for one in truth.values())

    listed = {c.profile_id: c for c in candidates.after(campaign, version, now, 0)}
    judged = suppression.judge([profile.pk for profile in people], version, now)
    queue = {
        (one.enrolment, one.profile)
        for one in wants.first(version, now, 10**6, compared=Compared.BY_WORTH).wants
    }
    for pk, row in enrolled.items():
        one = truth[pk]
        waits = row.state in ("waiting", "suppressed")
        assert (row.profile_id in listed and listed[row.profile_id].enrolment == pk) == (
            one.current and waits and not one.unseen
        )
        assert (judged[row.profile_id] == suppression.Suppression.CYCLE_OVER) == (not one.open or one.ended)
        assert ((pk, row.profile_id) in queue) == (row.state == "waiting" and one.current and not one.unseen)
    expired = judging.expire(campaign, version, now)
    over = {
        pk
        for pk, row in enrolled.items()
        if row.state in ("waiting", "suppressed") and not truth[pk].unseen and not truth[pk].current
    }
    assert set(Enrolment.objects.filter(reason="cycle_over").values_list("pk", flat=True)) == over
    assert expired == len(over)


@pytest.mark.parametrize("seed", seeds(2))
def test_an_order_stops_what_it_ends(campaign: Campaign, now: datetime, seed: int) -> None:
    """Messages under way stop for those whose cycle the facts have ended, and for nobody else."""
    chance = Random(seed)
    people = [lives(number, campaign.kind, chance, now) for number in range(PEOPLE)]
    score.score_stale(now)
    for foresight in foreseeing.of(campaigns.current(campaign)).values():
        foresight.foresee([profile.pk for profile in people], now)
    step = campaigns.current(campaign).steps.get(number=1)
    for profile in people:
        goes_on(profile, chance, now)
    rows = Enrolment.objects.bulk_create(
        Enrolment(
            campaign=campaign, version=step.version, profile=profile, cycle="any", stage="lapsed", arm="treated",
            state="started", started_at=now, window_ends_at=now + DAY, considered_at=now,
        )
        for profile in people
    )  # fmt: skip
    Touch.objects.bulk_create(
        Touch(
            enrolment=row,
            step=step,
            profile_id=row.profile_id,
            due_at=now,
            expires_at=now + DAY,
            created_at=now,
        )
        for row in rows
    )
    truth = truths(campaign, now)
    for profile in people:
        stopping.facts_arrived(profile.pk, now)
    stopped = dict(Touch.objects.values_list("enrolment_id", "state"))
    assert {pk: state == "suppressed" for pk, state in stopped.items()} == {
        pk: one.ended for pk, one in truth.items()
    }
    some = (
        set() if campaign.kind == "segment" else {"suppressed"}
    )  # no fact by itself ends a stay in a segment
    assert {"queued"} | some == set(stopped.values())
