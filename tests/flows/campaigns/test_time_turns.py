"""What time alone changes a plan finds by itself, whichever the kind, however long nobody planned: it comes to what
looking at everybody comes to."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from saleor_relacional.flows.campaigns import plan
from saleor_relacional.flows.contact import channel_paces, notes
from saleor_relacional.flows.scoring import score, stale
from saleor_relacional.flows.sending import send
from saleor_relacional.models import (
    Basket,
    Campaign,
    ChannelPace,
    Declaration,
    Enrolment,
    Profile,
    Purchase,
    PurchaseLine,
    Unplanned,
)
from tests.running.tries import seeds, tries
from tests.support.asked import Asked
from tests.support.campaign_stories import CHANNEL, customer, swept
from tests.support.instants import DAY
from tests.support.kind_stories import refunds
from tests.support.people import buys
from tests.support.whole_shop import everything_on, somebody

pytestmark = pytest.mark.django_db(transaction=True)


def something_happens(chance: Random, now: datetime) -> None:
    """To somebody, who may be anybody."""
    one = chance.choice(list(Profile.objects.filter(merged_into=None).order_by("pk")))
    happening = chance.choice(
        ("buys", "unsent", "refund", "complains", "leaves a checkout", "says when", "new")
    )
    if happening in ("buys", "unsent"):
        purchase = buys(one, now, sent=happening == "buys")
        PurchaseLine.objects.create(
            purchase=purchase, profile_id=one.pk, product_key="tea", name="Tea", quantity=1, total=20
        )
    elif happening == "refund" and (purchase := one.purchases.order_by("-placed_at").first()):
        if chance.random() < 0.5:
            Purchase.objects.filter(pk=purchase.pk).update(state="empty")
        refunds(purchase, now)
    elif happening == "complains":
        notes.note(one.pk, kind="complaint", at=now, now=now)
    elif happening == "leaves a checkout":
        Basket.objects.create(
            profile=one, source="test", reference=f"b{chance.random()}", currency="EUR", total=20, changed_at=now,
            channel=CHANNEL, vouched=True, filled=True, learned_at=now,
        )  # fmt: skip
        stale.mark([one.pk], now)
    elif happening == "says when":
        Declaration.objects.create(
            profile_id=one.pk,
            not_before=(now + chance.randint(1, 9) * DAY).date(),
            declared_at=now,
            declared_by="staff",
        )
        stale.mark([one.pk], now)
    else:
        somebody(chance, int(1e6 * chance.random()) + 1000, now)


def told() -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """What is written of everybody whom campaigns consider."""
    return {
        (row.campaign_id, row.profile_id, row.cycle): (
            row.state, row.reason, row.arm, row.year_value, row.channel, row.currency, row.next_try_at, row.over_at,
        )
        for row in Enrolment.objects.filter(profile__isnull=False)
    }  # fmt: skip


@pytest.mark.parametrize("seed", seeds(6))
def test_time_alone_comes_to_what_everybody_comes_to(shop: Any, now: datetime, seed: int) -> None:
    """Hours or days go by, some with news; every plan leaves what one that looks at everybody would."""
    chance = Random(seed)
    everything_on(now)
    for number in range(16):
        somebody(chance, number, now)
    score.score_stale(now)
    plan.consider_all(now)
    at = now
    for _ in range(2 * tries(14)):
        at += timedelta(hours=chance.choice((1, 4, 11, 24, 25, 70, 130)))
        swept()
        for _ in range(chance.choice((0, 0, 1, 2))):
            something_happens(chance, at)
        while score.score_stale(at).profiles:
            pass
        score.pass_time(at)
        if chance.random() < 0.3:
            channel_paces.measure(at)
            ChannelPace.objects.get_or_create(channel="web", defaults={"days": 3.0, "measured_at": at})
        plan.consider_all(at)
        found = told()
        Campaign.objects.update(planned_under="")
        plan.consider_all(at)
        again = told()
        assert {key: (found.get(key), row) for key, row in again.items() if found.get(key) != row} == {}
        send.send_due(now=at)
    assert Enrolment.objects.exclude(started_at=None).exists()


def test_a_new_day_looks_at_nobody_whom_time_has_not_changed(shop: Any, now: datetime) -> None:
    """Forty who wait for news, four or forty: the plan of the next day reads none of them."""
    everything_on(now)
    asked = []
    for number in (4, 40):
        for i in range(number):
            customer(f"Q{number}-{i}", now, days_ago=(250,), agreed=False)
        score.score_stale(now)
        plan.consider_all(now)
        Unplanned.objects.all().delete()
        with Asked() as statements:
            plan.consider_all(now + number * DAY / 10)
        asked.append(len(statements))
    assert abs(asked[0] - asked[1]) <= 2 and Enrolment.objects.filter(reason="no_basis").count() == 44
