"""Who changed a campaign, when, and what."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from saleor_relacional.errors import BadInput, Refused
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.campaigns.campaign import history
from saleor_relacional.flows.campaigns.kinds.kind import Step
from saleor_relacional.flows.campaigns.terms import Terms
from saleor_relacional.flows.operations import uninstall
from saleor_relacional.models import Campaign, CampaignChange
from tests.support.campaign_stories import one_step, open_shop
from tests.support.instants import DAY

pytestmark = pytest.mark.django_db

OLGA, APP = "staff:7", "app:3"


def told(campaign: Campaign) -> list[tuple[Any, ...]]:
    """The history, the earliest first: when, who, what, what differs."""
    return [
        (one.at, one.who, one.event, one.fields) for one in reversed(history.of([campaign.pk])[campaign.pk])
    ]


def test_everything_that_happens_to_it_is_told(shop: Any, now: datetime) -> None:
    """From its draft to its end, each with who and when; what a person made and what the system made."""
    open_shop(now)
    made = campaigns.create(name="Back", now=now, terms=one_step(), by=OLGA)
    campaigns.edit(made, now=now + DAY, by=APP, daily_capacity=40, control_share=Decimal("0.3"))
    campaigns.describe(made, now=now + 2 * DAY, by=OLGA, hypothesis="A word helps.")
    campaigns.activate(made, now=now + 3 * DAY, by=OLGA)
    campaigns.pause(made, now=now + 4 * DAY)
    campaigns.finish(made, now=now + 5 * DAY, by=APP)
    assert told(made) == [
        (now, OLGA, "created", []),
        (now + DAY, APP, "edited", [["dailyCapacity", "100", "40"], ["controlShare", "0.2", "0.3"]]),
        (now + 2 * DAY, OLGA, "edited", [["hypothesis", "", "A word helps."]]),
        (now + 3 * DAY, OLGA, "activated", []),
        (now + 4 * DAY, "system", "paused", []),
        (now + 5 * DAY, APP, "finished", []),
    ]
    assert [(one.number, one.made_by) for one in made.versions.order_by("number")] == [(1, OLGA), (2, APP)]


def test_steps_are_told_field_by_field(shop: Any, now: datetime) -> None:
    """A step is changed, another one added, then taken away; the channels come in any order."""
    word = Step(message="win_back")
    made = campaigns.create(name="Back", now=now, terms=Terms(steps=(word,)))
    ten = Step(message="win_back", discount="percentage", value=Decimal("10.50"))
    campaigns.edit(made, now=now, steps=(ten, Step(message="win_back_again", wait_days=9)))
    campaigns.edit(made, now=now, steps=(ten,))
    first, second = (fields for _, _, event, fields in told(made) if event == "edited")
    assert ["steps[0].rungs[0].kind", "word", "percentage"] in first
    assert ["steps[0].rungs[0].value", None, "10.5"] in first
    assert ["steps[1].message", None, "win_back_again"] in first and ["steps[1].waitDays", None, "9"] in first
    assert not [name for name, *_ in first if name.startswith("steps[0].m")]
    assert ["steps[1].message", "win_back_again", None] in second
    assert all(name.startswith("steps[1].") for name, *_ in second)


def test_what_changes_nothing_is_not_told(shop: Any, now: datetime) -> None:
    """The same terms, the same name, a pause of a paused one, an end of a finished one; and what is refused."""
    open_shop(now)
    made = campaigns.create(name="Back", now=now, terms=one_step())
    campaigns.edit(made, now=now, daily_capacity=100)
    campaigns.describe(made, now=now, name="Back")
    with pytest.raises(Refused):
        campaigns.pause(made, now=now)
    with pytest.raises(BadInput) as refused:
        campaigns.describe(made, now=now, name=" ")
    assert refused.value.field == "name"
    with pytest.raises(BadInput):
        campaigns.edit(made, now=now, stages=())
    campaigns.activate(made, now=now)
    for _ in range(2):
        campaigns.pause(made, now=now)
        campaigns.pause(made, now=now)
    for _ in range(2):
        campaigns.finish(made, now=now)
    assert [event for _, _, event, _ in told(made)] == ["created", "activated", "paused", "finished"]


def test_its_words_are_edited_without_a_version(shop: Any, now: datetime) -> None:
    """Also those of a finished one: a name is no term."""
    made = campaigns.finish(campaigns.create(name="Back", now=now, terms=Terms()), now=now)
    changed = campaigns.describe(made, now=now, name="Spring", goal="They come back.")
    assert (changed.name, changed.goal, changed.hypothesis) == ("Spring", "They come back.", "")
    assert made.versions.count() == 1


def test_what_counts_is_fixed_when_it_is_first_switched_on(shop: Any, now: datetime) -> None:
    """A draft's window may change, and that is told; afterwards it is refused, also while it is paused. Saying the same
    again changes nothing."""
    open_shop(now)
    made = campaigns.create(name="Back", now=now, terms=one_step())
    assert campaigns.describe(made, now=now, by=OLGA, window_days=21).window_days == 21
    assert told(made)[-1] == (now, OLGA, "edited", [["windowDays", "90", "21"]])
    for wrong in (0, 366):
        with pytest.raises(BadInput, match="1 to 365 days") as refused:
            campaigns.describe(made, now=now, window_days=wrong)
        assert refused.value.field == "windowDays"
    with pytest.raises(Refused) as refused_switch:
        campaigns.activate(made, now=now, version=1)
    assert refused_switch.value.code == "CONFLICT", "who switches it on has read 90 days"
    running = campaigns.activate(made, now=now, version=2)
    for stands in (running, campaigns.pause(running, now=now)):
        assert campaigns.describe(stands, now=now, window_days=21, name="Spring").name == "Spring"
        with pytest.raises(BadInput, match="was fixed") as refused:
            campaigns.describe(stands, now=now, window_days=30, name="Autumn")
        assert refused.value.field == "windowDays"
        kept = Campaign.objects.get(pk=made.pk)
        assert (kept.window_days, kept.name) == (21, "Spring")


def test_leaving_the_shop_is_told_too(shop: Any, now: datetime) -> None:
    """Uninstalling pauses what runs: the system did it."""
    open_shop(now)
    made = campaigns.activate(campaigns.create(name="Back", now=now, terms=one_step()), now=now)
    uninstall.uninstall(now + DAY)
    assert told(made)[-1] == (now + DAY, "system", "paused", [])
    assert CampaignChange.objects.count() == 3
