"""What somebody asks of us holds before they start, and for what is on its way; of it and the shop's the stricter."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest

from saleor_relacional.flows.campaigns import campaigns, plan, suppression
from saleor_relacional.flows.campaigns.suppression import Suppression
from saleor_relacional.flows.contact import contact_policy, standing
from saleor_relacional.flows.preferences import preferences
from saleor_relacional.flows.preferences.preferences import CUSTOMER
from saleor_relacional.flows.sending import send
from saleor_relacional.models import (
    Calendar,
    CalendarEntry,
    Contact,
    ContactKind,
    Enrolment,
    Profile,
    Topic,
    Touch,
)
from tests.support.campaign_stories import late, open_shop, win_back
from tests.support.instants import DAY
from tests.support.mailing import campaign, due, ends

pytestmark = pytest.mark.django_db


def asks(profile: Profile, now: datetime, **wishes: Any) -> None:
    preferences.change(profile, now=now, source=CUSTOMER, **wishes)


WISHES: list[tuple[dict[str, Any], Suppression, int | None]] = [
    ({"just_looking": True}, Suppression.JUST_LOOKING, None),
    ({"paused_until": 14}, Suppression.PAUSED, 14),
    ({"not_before": 20}, Suppression.NOT_BEFORE, 20),
    ({"per_month": 0}, Suppression.LESS_OFTEN, None),
    ({"unwanted_topics": ["teas"]}, Suppression.TOPIC, None),
    ({"no_profiling": True}, Suppression.NO_PROFILING, None),
]
"""What is asked, the reason that it gives, and after how many days it is over by itself."""


def wished(wishes: dict[str, Any], now: datetime) -> dict[str, Any]:
    dates = {
        "paused_until": lambda days: now + days * DAY,
        "not_before": lambda days: (now + days * DAY).date(),
    }
    return {name: dates[name](value) if name in dates else value for name, value in wishes.items()}


@pytest.mark.parametrize(("wishes", "reason", "days"), WISHES)
def test_before_they_start(
    shop: Any, now: datetime, wishes: dict[str, Any], reason: Suppression, days: int | None
) -> None:
    """Ana is late, and asks for something: she waits for as long as she says. Bea, who asks for nothing, starts."""
    open_shop(now)
    Topic.objects.create(key="teas", names={"en": "Teas"}, created_at=now)
    about = win_back(now, control_share="0", topic="teas")
    ana, bea = late("Ana", now), late("Bea", now)
    asks(ana, now, **wished(wishes, now))
    found = suppression.weigh([ana.pk, bea.pk], campaigns.current(about), now)
    assert (found[ana.pk].reason, found[bea.pk].reason) == (reason, None)
    if days is not None and found[ana.pk].until is not None:
        assert abs(found[ana.pk].until - (now + days * DAY)) <= DAY
    plan.consider(about, now)
    assert list(Touch.objects.values_list("profile", flat=True)) == [bea.pk]
    assert not Contact.objects.filter(profile=ana).exists()


@pytest.mark.parametrize(("wishes", "reason", "days"), WISHES)
def test_what_is_on_its_way(
    shop: Any, now: datetime, wishes: dict[str, Any], reason: Suppression, days: int | None
) -> None:
    """Her mail is queued when she asks: it does not leave; where time ends her wish it leaves then."""
    Topic.objects.create(key="teas", names={"en": "Teas"}, created_at=now)
    [ana] = due(campaign(now, topic="teas"), now, "Ana")
    asks(ana, now, **wished(wishes, now))
    assert send.send_due(now=now).sent == 0
    waits = days is not None
    assert ends() == [("waiting" if waits else "suppressed", reason.value)]


def test_no_offers_but_words(shop: Any, now: datetime) -> None:
    """Ana wants no offers: the mail with 10 % is stopped, and one that only says hello goes."""
    [ana] = due(campaign(now), now, "Ana")
    asks(ana, now, do_not_sell=True)
    assert send.send_due(now=now).sent == 0
    assert ends() == [("suppressed", "no_selling")]
    words = win_back(now, control_share="0", salt=b"another of sixtee")
    found = suppression.weigh([ana.pk], campaigns.current(words), now + 40 * DAY)
    assert found[ana.pk].reason is None


def test_less_often_counts_what_was_booked(shop: Any, now: datetime) -> None:
    """The shop allows three per month, Ana one. She had one ten days ago: the next waits until that is 30 days old."""
    open_shop(now)
    ana, about = late("Ana", now), win_back(now, control_share="0")
    Contact.objects.create(
        profile=ana, kind=ContactKind.STAFF, at=now - 10 * DAY, commercial=True, recorded_at=now
    )
    assert suppression.weigh([ana.pk], campaigns.current(about), now)[ana.pk].reason is None
    asks(ana, now, per_month=1)
    found = suppression.weigh([ana.pk], campaigns.current(about), now)[ana.pk]
    assert (found.reason, found.until) == (Suppression.LESS_OFTEN, now + 20 * DAY)


def test_never_looser_than_the_shop(shop: Any, now: datetime) -> None:
    """Ana asks for seven per week; the shop allows one: one it is."""
    open_shop(now)
    ana, about = late("Ana", now), win_back(now, control_share="0")
    asks(ana, now, per_week=7, per_month=30)
    Contact.objects.create(
        profile=ana, kind=ContactKind.STAFF, at=now - DAY, commercial=True, recorded_at=now
    )
    assert suppression.weigh([ana.pk], campaigns.current(about), now)[ana.pk].reason is Suppression.WEEK_CAP


def test_their_quiet_hours_are_kept(shop: Any, now: datetime) -> None:
    """It is noon; Ana's quiet hours end at three in the afternoon of her own clock. The shop's would let it go."""
    [ana] = due(campaign(now), now, "Ana")
    asks(ana, now, quiet_from="11:00", quiet_to="15:00", time_zone="UTC")
    assert standing.standing([ana.pk], now, contact_policy.current())[ana.pk].asked.quiet == (
        time(11),
        time(15),
    )
    assert send.send_due(now=now).sent == 0
    touch = Touch.objects.get()
    assert (touch.state, touch.reason, touch.due_at) == ("waiting", "quiet_hours", now.replace(hour=15))
    assert send.send_due(now=now.replace(hour=15)).sent == 1


def test_the_calendar_says_nothing_of_them_any_more(shop: Any, now: datetime) -> None:
    """What was foreseen for Ana is not shown once she asks for something else."""
    open_shop(now)
    ana, about = late("Ana", now), win_back(now, control_share="0")
    calendar = Calendar.objects.create(as_of=now, days=14)
    CalendarEntry.objects.create(
        calendar=calendar, campaign=about, step=campaigns.current(about).steps.get(), profile=ana, at=now,
        day=now.date(), arm="treated", stage="lapsed",
    )  # fmt: skip
    asks(ana, now, paused_until=now + timedelta(days=3))
    assert not CalendarEntry.objects.exists()


def test_service_is_held_from_nobody(shop: Any, now: datetime) -> None:
    """Ana asked for nothing but what she asks for: thanks for her first order sell nothing, and go."""
    from saleor_relacional.flows.campaigns.terms import Terms

    open_shop(now)
    thanks = campaigns.create(
        kind="thanks_first_order", name="Thanks", now=now, terms=Terms(daily_capacity=10)
    )
    ana = late("Ana", now, days_ago=(3,))
    asks(ana, now, just_looking=True, per_week=0, paused_until=now + 30 * DAY)
    found = suppression.weigh([ana.pk], campaigns.current(thanks), now)[ana.pk]
    assert found.reason is None, Enrolment.objects.values()
