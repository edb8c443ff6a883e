"""What will be known of a campaign, and when: said before it is switched on."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.campaigns.kinds.kind import RECURRING_WINDOW
from saleor_relacional.flows.campaigns.kinds.registry import kinds
from saleor_relacional.flows.campaigns.planning import foretold
from saleor_relacional.flows.evidence import past_spends, power, power_words
from saleor_relacional.insight.inference.power import Noise, Pace, effect_known
from saleor_relacional.models import StageChange
from tests.support.campaign_stories import crowd, one_step, open_shop
from tests.support.instants import DAY
from tests.support.people import buys, person

pytestmark = pytest.mark.django_db


def lived(now: datetime, back: int, away: int) -> None:
    """So many bought 75 days ago and came back, for 50, 15 days ago; so many bought 75 days ago and did not."""
    for n in range(back + away):
        who = person(f"P{n}", email=f"p{n}@shop.example")
        buys(who, now - 75 * DAY, "20.00")
        if n < back:
            buys(who, now - 15 * DAY, "50.00")


def test_the_past_says_how_people_come_back_by_themselves(shop: Any, now: datetime) -> None:
    """Windows of 30 days: 75 days ago is two windows before the last one. One whole window passed, and in the last one
    ten of fifty came back: one in five, who spent 50."""
    lived(now, 10, 40)
    known = past_spends.past(30, now)
    assert (known.currency, known.came, known.away, known.rate) == ("EUR", 10, 50, 0.2)
    assert (known.spends, known.cap) == ((50.0,) * 10, None)
    assert (known.mean, known.variance) == (10.0, pytest.approx(0.2 * 2500 - 100))


def test_a_draft_says_what_it_will_know(shop: Any, now: datetime) -> None:
    """Thirty are late now, and sixty became so in the last three months: thirty a month. The rest is the formula's;
    half in the control group is sooner."""
    open_shop(now)
    crowd(30, now, value="5.00")
    StageChange.objects.all().delete()
    StageChange.objects.bulk_create(
        StageChange(
            profile_id=person(f"L{n}").pk, previous="active", stage="slipping", happened_at=now - 5 * DAY,
            learned_at=now, cause="time",
        )
        for n in range(60)
    )  # fmt: skip
    lived(now, 10, 40)
    terms = one_step(control_share=Decimal("0.2"))
    draft = campaigns.create(name="Draft", now=now, terms=terms, window_days=30)
    version = campaigns.current(draft)
    told = foretold.foretold(version, now, weeks=104)
    assert told.per_month == 30.0
    pace = Pace(per_month=30.0, control_share=0.2, window_days=30.0)
    assert told.came_back is not None and told.came_back.effect is not None
    known = past_spends.past(30, now)
    assert known.rate is not None
    assert told.came_back.effect == effect_known(104, pace=pace, noise=Noise(rate=known.rate))
    assert told.came_back.sooner is not None and told.came_back.sooner < 104
    with translation.override("en"):
        words = power_words.foretold(told)
        assert words.startswith(
            "With your 30 customers per month and 20 of 100 in the control group you will know after 104 weeks about"
        )
        assert words.endswith("weeks.") and "With 50 of 100 in the control group" in words
    assert foretold.foretold(version, now, weeks=1).came_back == power.Known(
        base=known.rate, effect=None, sooner=None
    )


def test_its_mails_per_day_are_all_that_can_start(shop: Any, now: datetime) -> None:
    """Thirty are late; a mail in ten days would be 3 a month... with one a day and half in control 61 can start."""
    open_shop(now)
    crowd(30, now)
    draft = campaigns.create(
        name="Draft", now=now, terms=one_step(control_share=Decimal("0.5"), daily_capacity=1)
    )
    assert foretold.per_month(campaigns.current(draft), now) == 10.0


@pytest.mark.parametrize(
    ("share", "begins"),
    [("0", "Without a control group nothing"), ("0.2", "Nobody is there for it at the moment")],
)
def test_where_nothing_will_be_known_it_says_so(shop: Any, now: datetime, share: str, begins: str) -> None:
    """No control group; nobody there."""
    draft = campaigns.create(name="Draft", now=now, terms=one_step(control_share=Decimal(share)))
    told = foretold.foretold(campaigns.current(draft), now)
    with translation.override("en"):
        assert power_words.foretold(told).startswith(begins)


def test_a_longer_window_is_told_of_later(shop: Any, now: datetime) -> None:
    """Windows of 90 days have hardly begun to close after 13 weeks: nothing would ever be known by then. Of a kind that
    comes again within weeks it is told after nine more."""
    open_shop(now)
    crowd(30, now, value="5.00")
    lived(now, 10, 40)
    draft = campaigns.create(
        name="Draft", now=now, window_days=90, terms=one_step(control_share=Decimal("0.2"))
    )
    told = foretold.foretold(campaigns.current(draft), now)
    assert (told.weeks, power.usual_weeks(30), power.usual_weeks(7)) == (22, 13, 13)
    recurring = [name for name, kind in kinds().items() if kind.window_days == RECURRING_WINDOW]
    assert recurring == [
        "abandoned_checkout", "recovered_care", "replenishment", "satisfaction", "segment", "win_back",
    ]  # fmt: skip


def test_what_cannot_be_is_refused(shop: Any, now: datetime) -> None:
    """By the name of its field."""
    version = campaigns.current(campaigns.create(name="Draft", now=now, terms=one_step()))
    for field, asked in (("weeks", {"weeks": 0}), ("controlShare", {"control_share": Decimal(1)})):
        with pytest.raises(BadInput) as refused:
            foretold.foretold(version, now, **asked)  # type: ignore[arg-type]
        assert refused.value.field == field
