"""A campaign of any kind may be narrowed to a segment: whoever is outside has one reason, in both arms alike."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from saleor_relacional.flows.campaigns import campaigns, plan
from saleor_relacional.flows.scoring import stale
from saleor_relacional.flows.segments import segments
from saleor_relacional.flows.sending import send
from saleor_relacional.models import Audience, Campaign, Enrolment, Profile, Segment, Touch
from tests.support.campaign_stories import LATE, crowd, late, open_shop, win_back
from tests.support.instants import DAY
from tests.support.kind_stories import a_day

pytestmark = pytest.mark.django_db(transaction=True)

SPANISH = {"field": "language", "operator": "is", "value": "es"}
LONG_QUIET = {"field": "idle_days", "operator": "at_least", "value": LATE + 0.25}


def narrowed(rule: Any, now: datetime, **changes: Any) -> Campaign:
    """A win-back for late people who meet this rule."""
    open_shop(now)
    mine = segments.create(name="Mine", rule=rule, now=now)
    return win_back(now, segment=mine.public_id, **{"control_share": "0", **changes})


def reasons(campaign: Campaign) -> dict[str, str]:
    """First name → state and reason of their only enrolment."""
    rows = Enrolment.objects.filter(campaign=campaign).select_related("profile")
    return {row.profile.first_name: f"{row.state} {row.reason}".strip() for row in rows if row.profile}


def test_whoever_is_outside_has_one_reason(shop: Any, now: datetime) -> None:
    """Ana speaks Spanish, Bea does not: one row each. Bea learns it, and her turn comes in the same cycle."""
    late("Ana", now, language="es")
    bea = late("Bea", now, language="en")
    back = narrowed(SPANISH, now)
    a_day(back, now)
    assert reasons(back) == {"Ana": "started", "Bea": "suppressed audience"}
    Profile.objects.filter(pk=bea.pk).update(language="es")
    stale.mark([bea.pk], now)
    a_day(back, now + timedelta(hours=1))
    assert reasons(back) == {"Ana": "started", "Bea": "started"} and Enrolment.objects.count() == 2


def test_both_arms_alike(shop: Any, now: datetime) -> None:
    """Of forty, half held out: nobody is outside for being in an arm."""
    crowd(40, now, language="en")
    back = narrowed(SPANISH, now, control_share="0.5")
    plan.consider(back, now)
    rows = Enrolment.objects.values_list("arm", "state", "reason").distinct()
    assert sorted(rows) == [("control", "suppressed", "audience"), ("treated", "suppressed", "audience")]


def test_time_alone_lets_somebody_in_within_the_day(shop: Any, now: datetime) -> None:
    """Nobody hears anything of her, and the day is the same: six hours later she has been quiet for long enough."""
    late("Ana", now)
    back = narrowed(LONG_QUIET, now)
    a_day(back, now)
    assert reasons(back) == {"Ana": "suppressed audience"}
    a_day(back, now + timedelta(hours=5))
    assert reasons(back) == {"Ana": "suppressed audience"}
    a_day(back, now + timedelta(hours=6))
    assert reasons(back) == {"Ana": "started"}


def test_who_left_since_the_plan_is_not_written_to(shop: Any, now: datetime) -> None:
    """Queued while she was inside, outside a minute later, without any plan in between."""
    late("Ana", now)
    back = narrowed({**LONG_QUIET, "operator": "at_most", "value": LATE}, now)
    plan.consider(back, now)
    assert Touch.objects.get().state == "queued"
    assert send.send_due(now=now + timedelta(minutes=1)).sent == 0
    assert (Touch.objects.get().state, Touch.objects.get().reason) == ("suppressed", "audience")
    assert not mail.outbox


def test_another_segment_begins_anew_and_none_keeps_no_rows(shop: Any, now: datetime) -> None:
    """From Spanish to English: another stay. From English to everybody: nobody's place is kept."""
    late("Ana", now, language="es")
    bea = late("Bea", now, language="en")
    back = narrowed(SPANISH, now)
    a_day(back, now)
    english = segments.create(name="English", rule={**SPANISH, "value": "en"}, now=now)
    campaigns.edit(back, now=now + DAY, segment=english.public_id)
    a_day(back, now + DAY)
    row = Audience.objects.get()
    assert (row.profile_id, row.segment, row.since) == (bea.pk, english.public_id, now + DAY)
    campaigns.edit(back, now=now + DAY, segment=None)
    assert not Audience.objects.exists()


def test_a_rule_that_cannot_be_read_lets_nobody_in(shop: Any, now: datetime) -> None:
    """A later version wrote it: nobody is known to be inside, and nobody is written to."""
    late("Ana", now, language="es")
    back = narrowed(SPANISH, now)
    segment = campaigns.current(back).segment
    Segment.objects.filter(public_id=segment).update(rule={"field": "aura", "operator": "is"})
    assert a_day(back, now) == 0 and reasons(back) == {"Ana": "suppressed audience"}
