"""What somebody says against us, noted by staff on the real thing: an apology in its time, and no selling before."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from graphql_relay import to_global_id

from tests.saleor.e2e import behind, operations
from tests.saleor.e2e.campaigning import a_year, bought, days_pass, now, of, plan, plan_and_send, touch, words
from tests.saleor.e2e.conftest import Switch
from tests.saleor.e2e.storefront import Storefront, within
from tests.saleor.stack import Stack

SENDER = {
    "name": "The shop", "address": "shop@example.com", "postalAddress": "Calle Mayor 1, 28013 Madrid",
}  # fmt: skip


def note(saleor: Storefront, profile: Any, days_ago: float, **said: Any) -> None:
    """Staff note what they said so many days ago."""
    saleor.ask(
        operations.CONTACT_NOTE, token=saleor.staff(), id=to_global_id("RelationshipProfile", profile.public_id),
        at=(now() - timedelta(days=days_ago)).isoformat(), **said,
    )  # fmt: skip


@pytest.mark.parametrize(
    "said", [{"kind": "COMPLAINT"}, {"kind": "RATING", "stars": 1}], ids=["complaint", "rating"]
)
def test_an_apology_for_what_she_said(
    stack: Stack, saleor: Storefront, switch_on: Switch, somebody: str, said: dict[str, Any]
) -> None:
    """Ana complained, or gave one star, two days ago: nothing is sold to her, and one apology leaves, in the sender's
    name. It ends the silence; the thanks of her anniversary leave."""
    ana = bought(saleor, somebody, *a_year())
    note(saleor, ana, 2, **said)
    thanks = switch_on("ANNIVERSARY")
    plan_and_send()
    assert of(thanks, ana) == ("suppressed", "silence") and stack.mailbox.to(somebody) == []
    sorry = switch_on("SECOND_CHANCE")
    plan_and_send()
    subject, text = words(stack, somebody)
    assert "sorry" in subject and "You told us that something was not as it should be" in text
    assert "The shop" in text and of(sorry, ana) == ("started", "")
    plan_and_send()
    subject, _ = words(stack, somebody, 2)
    assert "since your first order" in subject
    plan_and_send()
    assert len(stack.mailbox.to(somebody)) == 2


def test_who_was_answered_or_said_nothing_bad_gets_none(
    stack: Stack, saleor: Storefront, switch_on: Switch, somebody: str, another: str
) -> None:
    """Ana complained this morning, and the apology waits for tomorrow; somebody of the shop calls her, and it is
    stopped. Bea gave four stars: there is nothing to be sorry for."""
    ana, bea = bought(saleor, somebody, *range(25, 160, 33)), bought(saleor, another, *range(25, 160, 33))
    sorry = switch_on("SECOND_CHANCE")
    note(saleor, ana, 0.1, kind="COMPLAINT")
    note(saleor, bea, 2, kind="RATING", stars=4)
    plan()
    assert touch(sorry, ana) == ("queued", "") and of(sorry, bea) is None
    note(saleor, ana, 0, kind="APOLOGY")
    plan_and_send()
    due(sorry, ana)
    plan_and_send()
    assert touch(sorry, ana) == ("suppressed", "cycle_over"), behind.standing(somebody)
    assert stack.mailbox.to(somebody) == [] and stack.mailbox.to(another) == []


@pytest.mark.parametrize("sent", [20, 17], ids=["nine_of_ten", "fewer"])
def test_a_parcel_is_late_by_the_pace_of_its_channel(
    stack: Stack, saleor: Storefront, switch_on: Switch, somebody: str, another: str, sent: int
) -> None:
    """Orders of this channel leave after six days, one of them after eight. What Ana ordered over a week ago has not
    left: nothing is sold to her, and one apology leaves. Bea's has time until tomorrow; then it is late too. Where
    fewer than nine of ten orders are fulfilled nobody can tell, and nobody apologises."""
    slug = opened(saleor, sent)
    ids = {who: orders_in(saleor, slug, who, days) for who, days in ((somebody, 7.5), (another, 5.5))}
    days = paced(slug)
    assert days == (pytest.approx(6.0, abs=0.01) if sent == 20 else None)
    sells = switch_on("WIN_BACK", stages=["ACTIVE", "LOYAL"], channels=[slug])
    plan_and_send()
    ana, bea = behind.profile(somebody), behind.profile(another)
    if not days:
        sorry = switch_on("SECOND_CHANCE", channels=[slug])
        plan_and_send()
        assert of(sells, ana) == of(sells, bea) == ("suppressed", "order_gap")
        assert of(sorry, ana) is None and stack.mailbox.to(somebody) == []
        return
    assert of(sells, ana) == ("suppressed", "silence"), behind.standing(somebody)
    assert of(sells, bea) == ("suppressed", "order_gap"), behind.standing(another)
    sorry = switch_on("SECOND_CHANCE", channels=[slug])
    plan_and_send()
    subject, text = words(stack, somebody)
    assert "sorry" in subject and "Your order has not left us as soon as you could expect" in text
    assert "The shop" in text and of(sorry, ana) == ("started", "") and of(sorry, bea) is None
    told = saleor.ask(operations.PLAN, token=saleor.staff(), id=ids[somebody])["relationship"]["plan"]
    assert ("SECOND_CHANCE", "SENT") in [(one["kind"], one["state"]) for one in told]
    days_pass(another, 1)
    plan_and_send()
    assert touch(sorry, bea) == ("queued", "") and of(sells, bea) == ("suppressed", "silence")
    assert len(stack.mailbox.to(somebody)) == 1 and stack.mailbox.to(another) == []


def test_service_alone_reaches_who_is_held_out_of_everything_commercial(
    stack: Stack, saleor: Storefront, switch_on: Switch, somebody: str, another: str
) -> None:
    """The owner holds a fifth out, Ana among them. Bea is thanked for her year; Ana is not. She complains: the
    apology leaves to her. Then the owner ends it, and her thanks leave too."""
    ana, bea = bought(saleor, somebody, *a_year()), bought(saleor, another, *a_year())
    held = hold_out(saleor, 0.2)
    assert held["share"] == 0.2 and held["periods"][0]["endsAt"].startswith(
        f"{now().year + 1}-01-01T00:00:00"
    )
    try:
        drawn({"control": ana, "treated": bea})
        thanks = switch_on("ANNIVERSARY")
        plan_and_send()
        subject, _ = words(stack, another)
        assert "since your first order" in subject
        assert of(thanks, ana) == ("suppressed", "shop_control"), behind.standing(somebody)
        asked = saleor.ask(operations.SHOP_CONTROL, token=saleor.staff())["periods"][0]
        assert (asked["treated"], asked["control"]) == (1, 1)
        note(saleor, ana, 2, kind="COMPLAINT")
        sorry = switch_on("SECOND_CHANCE")
        plan_and_send()
        subject, _ = words(stack, somebody)
        assert "sorry" in subject and of(sorry, ana) == ("started", "")
        plan_and_send()
        assert len(stack.mailbox.to(somebody)) == 1 and touch(thanks, ana) is None
    finally:
        hold_out(saleor, 0)
    plan_and_send()
    subject, _ = words(stack, somebody, 2)
    assert "since your first order" in subject


def hold_out(saleor: Storefront, share: float) -> Any:
    """The owner says how many are held out of everything commercial."""
    answer = saleor.ask(operations.HOLD_OUT, token=saleor.staff(), share=share)
    return answer["shopControl"]


def drawn(people: Mapping[str, Any]) -> None:
    """Each of them has a key that is drawn into this arm."""
    from saleor_relacional.models import Profile
    from tests.support.shop_control import key_in

    for arm, one in people.items():
        Profile.objects.filter(pk=one.pk).update(arm_key=key_in(arm))


def opened(saleor: Storefront, sent: int) -> str:
    """A channel of its own with a sender and twenty orders of a month ago and before, so many of them sent."""
    from saleor_relacional import tasks

    slug = saleor.channel()
    saleor.ask(operations.SENDER, token=saleor.staff(), input={**SENDER, "channel": slug})
    tasks.sweep()
    left = [timedelta(days=8)] + [timedelta(days=6)] * (sent - 1) + [None] * (20 - sent)
    past = [
        behind.past_order(f"{slug}@example.com", now() - timedelta(days=days), channel=slug, left_after=after)
        for days, after in enumerate(left, 30)
    ]
    behind.record("order", past)
    return slug


def orders_in(saleor: Storefront, channel: str, email: str, days_ago: float) -> str:
    """Somebody whose orders of each month were sent orders once more, over the API; that lies so far back. Their id."""
    account = saleor.account(email)
    sent = [
        behind.past_order(
            email,
            now() - timedelta(days=days),
            account=account,
            channel=channel,
            left_after=timedelta(days=6),
        )
        for days in range(25, 332, 34)
    ]
    behind.record("order", sent)
    saleor.buy(email, token=saleor.login(email), channel=channel)
    assert within(10.0, lambda: behind.purchases(email) == len(sent) + 1)
    days_pass(email, days_ago)
    return str(to_global_id("User", account))


def paced(channel: str) -> float | None:
    """The worker measures how soon orders leave: days, None of a channel of which nobody can tell."""
    from saleor_relacional import tasks
    from saleor_relacional.models import ChannelPace

    tasks.measure_paces.delay()
    tasks.measure_paces()
    return ChannelPace.objects.filter(channel=channel).values_list("days", flat=True).first()


def due(campaign: Any, profile: Any) -> None:
    """The moment of their message has come."""
    from saleor_relacional.models import Touch

    Touch.objects.filter(enrolment__campaign=campaign, profile=profile, state="queued").update(due_at=now())
