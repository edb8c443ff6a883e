"""A campaign is paused, goes on, and ends, on the real thing: what waits leaves once, or never, and nobody hears from
two at once; the calendar knows it beforehand."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from graphql_relay import to_global_id

from tests.saleor.e2e import behind, operations
from tests.saleor.e2e.campaigning import a_year, bought, now, of, plan, plan_and_send, send, touch, words
from tests.saleor.e2e.conftest import Switch
from tests.saleor.e2e.storefront import Refused, Storefront, within
from tests.saleor.stack import Stack


def say(saleor: Storefront, operation: str, campaign: Any) -> None:
    """Staff switch it on or off."""
    saleor.ask(operation, token=saleor.staff(), id=to_global_id("RelationshipCampaign", campaign.public_id))


def due(campaign: Any, profile: Any) -> None:
    """The moment of their message has come."""
    from saleor_relacional.models import Touch

    assert Touch.objects.filter(enrolment__campaign=campaign, profile=profile).update(due_at=now()) == 1


def test_what_waits_leaves_after_the_pause_and_once(
    stack: Stack, saleor: Storefront, switch_on: Switch, somebody: str
) -> None:
    """Ana's thanks are queued for tomorrow, and the campaign is paused. Tomorrow comes: nothing leaves, however often
    the worker looks, and nobody else may use her week. It goes on: one mail, and never a second."""
    ana = bought(saleor, somebody, *a_year())
    thanks = switch_on("ANNIVERSARY", steps=[{"message": "anniversary", "waitDays": 1}])
    plan()
    assert touch(thanks, ana) == ("queued", "")
    say(saleor, operations.CAMPAIGN_PAUSE, thanks)
    due(thanks, ana)
    recovers = switch_on("WIN_BACK", stages=["ACTIVE", "LOYAL"])
    for _ in range(3):
        plan_and_send()
    assert touch(thanks, ana) == ("queued", "") and stack.mailbox.to(somebody) == []
    assert of(recovers, ana) == ("suppressed", "week_cap")
    say(saleor, operations.CAMPAIGN_ACTIVATE, thanks)
    send()
    subject, _ = words(stack, somebody)
    assert "since your first order" in subject and touch(thanks, ana) == ("sent", "")
    say(saleor, operations.CAMPAIGN_PAUSE, thanks)
    say(saleor, operations.CAMPAIGN_ACTIVATE, thanks)
    for _ in range(3):
        plan_and_send()
    assert len(stack.mailbox.to(somebody)) == 1 and of(recovers, ana) == ("suppressed", "week_cap")


def test_whom_another_wrote_to_meanwhile_is_not_written_to_again(
    stack: Stack, saleor: Storefront, switch_on: Switch, somebody: str
) -> None:
    """The thanks are paused before they have looked at anybody; a win-back writes to Ana. When they go on they find
    her, and wait for a week: one mail is all that she has."""
    from saleor_relacional.models import Enrolment

    thanks = switch_on("ANNIVERSARY")
    say(saleor, operations.CAMPAIGN_PAUSE, thanks)
    ana = bought(saleor, somebody, *a_year())
    recovers = switch_on("WIN_BACK", stages=["ACTIVE", "LOYAL"])
    plan_and_send()
    subject, _ = words(stack, somebody)
    assert of(recovers, ana) == ("started", "") and of(thanks, ana) is None
    say(saleor, operations.CAMPAIGN_ACTIVATE, thanks)
    for _ in range(2):
        plan_and_send()
    assert of(thanks, ana) == ("suppressed", "week_cap")
    tried = Enrolment.objects.get(campaign=thanks, profile=ana).next_try_at
    assert tried and 6.9 < (tried - now()).total_seconds() / 86_400 <= 7
    assert [str(mail["Subject"]) for mail in stack.mailbox.to(somebody)] == [subject]


def test_the_calendar_knows_it_and_the_end_stops_it(
    stack: Stack, saleor: Storefront, switch_on: Switch, somebody: str
) -> None:
    """Ana's thanks are queued for tomorrow: the worker makes the calendar, which says so. The campaign is finished: her
    message is stopped, it cannot be switched on again, and its past says who did what."""
    from saleor_relacional import tasks

    staff = saleor.staff()
    ana = bought(saleor, somebody, *a_year())
    thanks = switch_on("ANNIVERSARY", steps=[{"message": "anniversary", "waitDays": 1}])
    its = to_global_id("RelationshipCampaign", thanks.public_id)
    plan()
    assert touch(thanks, ana) == ("queued", "")
    asked = now()
    assert saleor.ask(operations.CALENDAR_REFRESH, token=staff)["beingMade"]
    tasks.calendar.delay()

    def made() -> bool:
        known = saleor.ask(operations.CALENDAR, token=staff)
        return bool(known) and datetime.fromisoformat(known["asOf"]) >= asked

    assert within(90.0, made)
    told = saleor.ask(operations.CALENDAR_ENTRIES, token=staff, campaign=its)
    [hers] = [one for one in told if one["profile"]["email"] == somebody]
    assert (hers["arm"], hers["what"]) == ("treated", "Anniversary") and hers["day"] > str(asked.date())
    say(saleor, operations.CAMPAIGN_FINISH, thanks)
    assert touch(thanks, ana) == ("suppressed", "finished")
    due_again = saleor.ask(operations.CAMPAIGN_PAST, token=staff, id=its)
    assert due_again["state"] == "FINISHED" and [one["code"] for one in due_again["missing"]] == ["FINISHED"]
    assert [one["what"] for one in due_again["history"]] == ["FINISHED", "ACTIVATED", "CREATED"]
    assert all(one["who"].startswith("staff:") for one in due_again["history"])
    with pytest.raises(Refused) as refused:
        say(saleor, operations.CAMPAIGN_ACTIVATE, thanks)
    assert refused.value.code == "FINISHED"
    plan_and_send()
    assert stack.mailbox.to(somebody) == []


@pytest.fixture
def undecided() -> Iterator[None]:
    """A shop that has not said yet how many mails may leave per day; it has, afterwards."""
    from saleor_relacional.models import Policy

    behind.win_back(active=False)
    Policy.objects.update(daily_capacity=None)
    yield
    behind.win_back(active=False)


def test_all_that_is_missing_and_its_cures(saleor: Storefront, undecided: None) -> None:
    """A draft in a channel of its own names all that activating refuses, and activating refuses the same. Each cure
    takes one from the list; then it is switched on."""
    staff, slug = saleor.staff(), saleor.channel(sells=False)
    rule = {"all": [{"field": "idle_days", "operator": "at_least", "value": 25}]}
    yesterday, tomorrow = (str(now().date() + timedelta(days=days)) for days in (-2, 2))
    given = {
        "name": slug, "kind": "SEGMENT", "terms": {"channels": [slug], "dailyCapacity": 0, "endsOn": yesterday},
    }  # fmt: skip
    draft = saleor.ask(operations.CAMPAIGN_CREATE, token=staff, input=given)["campaign"]["id"]

    def missing() -> list[dict[str, Any]]:
        return list(saleor.ask(operations.CAMPAIGN_MISSING, token=staff, id=draft)["missing"])

    told = missing()
    assert [(one["code"], one["field"]) for one in told] == [
        ("NO_SENDER", None), ("NO_SEGMENT", "segment"), ("CAPACITY_UNDECIDED", None),
        ("NO_CAPACITY", "dailyCapacity"), ("OVER", "endsOn"),
    ]  # fmt: skip
    assert told[0]["message"] == "Name a sender for at least one of its channels first."
    with pytest.raises(Refused) as refused:
        saleor.ask(operations.CAMPAIGN_ACTIVATE, token=staff, id=draft)
    assert refused.value.errors == told
    segment = saleor.ask(operations.SEGMENT_CREATE, token=staff, name=slug, rule=rule)["segment"]["id"]
    sender = {
        "channel": slug, "name": "The shop", "address": "shop@example.com", "postalAddress": "Calle Mayor 1",
    }  # fmt: skip
    cures = (
        (operations.SENDER, {"input": sender}),
        (operations.CAMPAIGN_UPDATE, {"id": draft, "input": {"segment": segment}}),
        (operations.POLICY, {"input": {"dailyCapacity": 1000}}),
        (operations.CAMPAIGN_UPDATE, {"id": draft, "input": {"dailyCapacity": 5}}),
        (operations.CAMPAIGN_UPDATE, {"id": draft, "input": {"endsOn": tomorrow}}),
    )
    for number, (operation, cure) in enumerate(cures, 1):
        saleor.ask(operation, token=staff, **cure)
        assert missing() == told[number:]
    assert saleor.ask(operations.CAMPAIGN_ACTIVATE, token=staff, id=draft)["campaign"]["state"] == "ACTIVE"
    assert saleor.ask(operations.CAMPAIGN_FINISH, token=staff, id=draft)["campaign"]["state"] == "FINISHED"
