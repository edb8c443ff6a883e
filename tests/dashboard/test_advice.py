"""What to do about somebody, in one sentence: what is really to come, what they asked for, what is in the way."""

import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest

from saleor_relacional.flows.campaigns import campaigns, plan
from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.people.tombstones import email
from saleor_relacional.flows.preferences import preferences
from saleor_relacional.models import Campaign, Enrolment, Identity, Incentive, Profile, Touch
from tests.api.asking import Asker
from tests.dashboard.looking import content
from tests.support import ledger_stories
from tests.support.campaign_stories import crowd, late, open_shop, win_back
from tests.support.instants import DAY
from tests.support.mailing import campaign, due

pytestmark = pytest.mark.django_db(transaction=True)


def what(person: Profile, owner: Asker) -> str:
    """The sentence on their page."""
    text = " ".join(content(owner, f"customers/{person.public_id}/").split())
    found = re.search(r"What to do:</\w+> ([^<]+)<", text)
    assert found
    return unescape(found[1]).strip()


def planned(person: Profile, owner: Asker, fold: str = "What is planned") -> str:
    """The part of their page that says what comes, with what was."""
    return content(owner, f"customers/{person.public_id}/").partition(fold)[2].partition("</section>")[0]


def test_who_may_not_be_written_to_waits_for_no_turn(shop: Any, owner: Asker, now: datetime) -> None:
    """She objected: a campaign that considers her day by day changes nothing of it."""
    open_shop(now)
    bea = late("Bea", now)
    consent.record_objection(bea, source="page", now=now)
    win_back(now)
    plan.consider_all(now)
    assert Enrolment.objects.get(profile=bea).reason == "opted_out"
    assert what(bea, owner) == "Write or call yourself, if you know them: campaigns may not write to them."


def test_an_address_that_is_gone_is_no_objection(shop: Any, owner: Asker, now: datetime) -> None:
    """Mails to Carla come back: she said no to nothing, and whoever asks her for another address may write again. What
    she says herself counts more."""
    open_shop(now)
    carla, bea = late("Carla", now), late("Bea", now)
    consent.record_refusal([email(carla.email_key)], cause="bounce", now=now)
    consent.record_objection(bea, source="page", now=now)
    assert what(carla, owner) == "Ask them for another address: mails to the one you have come back."
    listed = content(owner, "customers/")
    assert (
        listed.count("No: mails to their address come back") == 1 and listed.count("No: they objected") == 1
    )
    consent.record_objection(carla, source="page", now=now)
    assert "campaigns may not write" in what(carla, owner)
    assert content(owner, "customers/").count("No: they objected") == 2


def test_who_objected_at_another_address(shop: Any, owner: Asker, now: datetime) -> None:
    """Bea said no, and moved on to an address to which nothing can be delivered: it is still she who said no."""
    open_shop(now)
    bea = late("Bea", now)
    consent.record_objection(bea, source="page", now=now)
    Identity.objects.filter(profile=bea, kind="email").delete()
    Profile.objects.filter(pk=bea.pk).update(email="bea@moved.example", email_key="bea@moved.example")
    consent.record_refusal([email("bea@moved.example")], cause="bounce", now=now)
    assert "campaigns may not write" in what(bea, owner)
    assert "No: they objected" in content(owner, "customers/")


def test_whoever_holds_an_offer_needs_no_more(shop: Any, owner: Asker, now: datetime) -> None:
    """She is late and may use her code until its day: wait. Once it is over, a win-back could write."""
    zoe = ledger_stories.known(now)
    assert re.fullmatch(r"Wait: they hold 10\s% until \d+ \w+ \d{4}\.", what(zoe, owner))
    Incentive.objects.filter(profile=zoe).update(expires_at=now - DAY)
    assert "No campaign writes to them at the moment" in what(zoe, owner)


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (
            {"paused_until": timedelta(days=40)},
            r"Leave them in peace until \d+ \w+ \d{4}: they asked us to pause\.",
        ),
        ({"do_not_sell": True}, r"Leave them in peace: they want no offers\."),
        ({"just_looking": True}, r"Leave them in peace: they want no offers\."),
        (
            {"not_before": timedelta(days=40)},
            r"Leave them until \d+ \w+ \d{4}: they asked for no reminder before\.",
        ),
    ],
)
def test_who_asked_for_silence_is_left_in_it(
    shop: Any, owner: Asker, now: datetime, wish: dict[str, Any], said: str
) -> None:
    """Whether a campaign considers her or not; once it is over, a win-back could write."""
    open_shop(now)
    dora = late("Dora", now)
    [(name, value)] = wish.items()
    if name == "paused_until":
        value = now + value
    if name == "not_before":
        value = (now + value).date()
    preferences.change(dora, source="customer", now=now, **{name: value})
    assert re.fullmatch(said, what(dora, owner))


def test_what_passes_by_itself_is_told_with_its_day(shop: Any, owner: Asker, now: datetime) -> None:
    """She asked for a pause and a campaign waits for its end."""
    open_shop(now)
    dora = late("Dora", now)
    preferences.change(dora, source="customer", now=now, paused_until=now + 9 * DAY)
    win_back(now)
    plan.consider_all(now)
    assert re.fullmatch(
        r"Nothing yet: “Win back” waits until \d+ \w+ \d{4} \(asked us to pause\)\.", what(dora, owner)
    )


def test_a_control_group_that_is_over_holds_nobody(shop: Any, owner: Asker, now: datetime) -> None:
    """Held out of a campaign while it measures; when that ended, or its time is over, it is of the past."""
    open_shop(now)
    ana = late("Ana", now)
    running = win_back(now, control_share="0.95")
    plan.consider_all(now)
    held = Enrolment.objects.get(profile=ana)
    Touch.objects.filter(enrolment=held).delete()
    Enrolment.objects.filter(pk=held.pk).update(arm="control")
    assert what(ana, owner).startswith("Leave them: they are in the control group")
    assert "Control group: nothing leaves" in planned(ana, owner)
    Enrolment.objects.filter(pk=held.pk).update(window_ends_at=now - DAY)
    assert "control group" not in what(ana, owner)
    assert "Was in the control group: nothing left" in planned(ana, owner, "1 message of the past")
    Enrolment.objects.filter(pk=held.pk).update(window_ends_at=now + DAY)
    campaigns.finish(running, now=now)
    assert "control group" not in what(ana, owner)


def test_the_next_message_is_told_by_the_name_of_its_campaign(shop: Any, owner: Asker, now: datetime) -> None:
    """Of several the one that leaves next, by the name that the owner gave it, with the way there; a paused one is
    paused."""
    running = campaign(now, discount="", value=None)
    Campaign.objects.filter(pk=running.pk).update(name="Autumn")
    [ana] = due(running, now, "Ana")
    assert re.fullmatch(r"Nothing: “Autumn” is on its way, \d+ \w+ \d{4}\.", what(ana, owner))
    assert f'campaigns/{running.public_id}" data-go>Autumn</a>' in planned(ana, owner)
    campaigns.pause(running, now=now)
    assert what(ana, owner) == "Nothing yet: “Autumn” is paused, and its message waits."
    assert "Waits: its campaign is paused" in planned(ana, owner)


def test_whose_turn_has_not_come_waits_for_it(shop: Any, owner: Asker, now: datetime) -> None:
    """There was no room for everybody today."""
    open_shop(now, daily_capacity=1)
    crowd(3, now)
    win_back(now, control_share="0")
    plan.consider_all(now)
    waiting = Enrolment.objects.filter(state="waiting").first()
    assert waiting and what(waiting.profile, owner) == "Nothing yet: “Win back” waits for its turn."
