"""Who gets which rung, and what comes of it."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from saleor_relacional.errors import BadInput
from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import campaigns, plan, rung_report
from saleor_relacional.flows.campaigns.campaign import missing
from saleor_relacional.flows.campaigns.kinds.kind import Step
from saleor_relacional.flows.campaigns.terms import Terms
from saleor_relacional.flows.incentives.rungs import Amount, RungRule, RungTerms
from saleor_relacional.flows.segments import segments
from saleor_relacional.flows.sending import send
from saleor_relacional.hosts.standalone import models as shop_models
from saleor_relacional.models import Campaign, Enrolment, Incentive, Rung, Touch
from tests.support.campaign_stories import SALT, crowd, customer, open_shop, scored
from tests.support.instants import DAY
from tests.support.mailing import due, promise_of, touch_of

NOTHING, WORD = RungTerms(kind="nothing"), RungTerms(kind="word")
FIVE, TEN = (RungTerms(kind="percentage", value=Decimal(value)) for value in (5, 10))
LADDER = (NOTHING, WORD, FIVE, TEN)


def climbing(now: datetime, *later: Step, control_share: str = "0", **step: Any) -> Campaign:
    """An active win-back whose first step has a ladder."""
    open_shop(now)
    first = Step(message="win_back", **{"rungs": LADDER, **step})
    terms = Terms(daily_capacity=100, control_share=Decimal(control_share), steps=(first, *later))
    made = campaigns.create(name="Climb", now=now, salt=SALT, terms=terms, window_days=30)
    return campaigns.activate(made, now=now)


def readers(now: datetime, *languages: str) -> UUID:
    """The segment of those who read one of these languages."""
    rule = {"field": "language", "operator": "one_of", "value": list(languages)}
    return segments.create(name=" or ".join(languages), rule=rule, now=now).public_id


def test_the_first_rule_that_holds_says_the_rung(shop: Any, now: datetime) -> None:
    """French: ten per cent. French or German: five. All else: the default, a word. Who is in both goes by the first."""
    rules = (RungRule(segment=readers(now, "fr"), rung=4), RungRule(segment=readers(now, "fr", "de"), rung=3))
    running = climbing(now, default_rung=2, rules=rules)
    ana, bea, cid = (
        customer(name, now, language=tag) for name, tag in (("Ana", "en"), ("Bea", "de"), ("Cid", "fr"))
    )
    scored(now)
    dry = {one.profile_id: one.rung for one in plan.dry_run(running, now).proposals}
    assert dry == {ana.pk: 2, bea.pk: 3, cid.pk: 4}
    plan.consider(running, now)
    given = [(each.rung.kind, each.rung.value) for each in map(touch_of, (ana, bea, cid)) if each.rung]
    assert given == [("word", None), ("percentage", 5), ("percentage", 10)]
    assert send.send_due(now=now).sent == 3
    assert sorted(Incentive.objects.values_list("profile", "rung__value")) == [(bea.pk, 5), (cid.pk, 10)]
    assert promise_of(cid).state == "issued"


def test_nothing_is_no_message_and_the_campaign_goes_on(shop: Any, now: datetime) -> None:
    """The treated whose rung is to get nothing hear nothing, stay in their arm with their window, and hear the second
    step when it is due, as those hear it who got a word."""
    running = climbing(now, Step(message="win_back_again", wait_days=7))
    [ana] = crowd(1, now)
    plan.consider(running, now)
    enrolment = Enrolment.objects.get(profile=ana)
    assert (enrolment.arm, enrolment.state, enrolment.window_ends_at) == (
        "treated",
        "started",
        now + 30 * DAY,
    )
    first = Touch.objects.get()
    assert first.rung and (first.state, first.reason, first.rung.kind) == ("suppressed", "nothing", "nothing")
    assert send.send_due(now=now).sent == 0 and not Incentive.objects.exists()
    open_shop(now + 7 * DAY)
    plan.consider(running, now + 7 * DAY)
    assert send.send_due(now=now + 7 * DAY).sent == 1
    assert Touch.objects.get(state="sent").step.number == 2


def test_the_control_group_gets_no_rung(shop: Any, now: datetime) -> None:
    """Half of ten are held out: whatever the rules say, the treated alone get it."""
    running = climbing(now, control_share="0.5", default_rung=4)
    crowd(10, now)
    plan.consider(running, now)
    arms = dict(Enrolment.objects.filter(state="started").values_list("profile", "arm"))
    assert set(arms.values()) == {"treated", "control"}
    treated = {profile for profile, arm in arms.items() if arm == "treated"}
    assert set(Incentive.objects.values_list("profile", flat=True)) == treated


def test_a_rung_holds_in_its_own_channels(shop: Any, now: datetime) -> None:
    """The campaign is for two channels, the rung for one of them: its code is worth nothing in the other."""
    shop.channel("usd", "USD")
    here = RungTerms(kind="percentage", value=Decimal(5), channels=("eur",))
    [ana] = due(climbing(now, rungs=(here,)), now, "Ana")
    policy.name_sender(channel="usd", name="Tea", address="a@tea.example", postal_address="Street 1", now=now)
    assert send.send_due(now=now).sent == 1
    code = promise_of(ana).code
    assert promise_of(ana).channels == {"eur": "EUR"}
    assert not shop.put_code(shop.checkout(email="ana@shop.example", channel="usd"), code)
    assert shop.put_code(shop.checkout(email="ana@shop.example"), code)


@pytest.fixture
def cup(shop: Any) -> RungTerms:
    """A cup for 4.50, two of which are left, is a gift from ten euros on."""
    given = shop.product("Cup", "4.50", stock=2)
    return RungTerms(
        kind="gift", variants=(given.variant,), minimum=(Amount(currency="EUR", amount=Decimal(10)),)
    )


def left(number: int) -> None:
    """So many cups."""
    shop_models.Variant.objects.filter(sku="cup").update(stock=number)


def test_a_gift_that_is_gone_gives_way_to_the_next_cheaper_rung(
    shop: Any, now: datetime, cup: RungTerms
) -> None:
    """Ana is promised the cup. When the last ones are sold Bea gets the early access below it, and Cid, once nothing of
    that can be bought either, just a word: never nothing, and no code of a cup that is not there."""
    pot = shop.product("Pot", "9").product
    shop.hide(pot)
    early = RungTerms(kind="early_access", collections=(shop.collection("Spring", pot),))
    running = climbing(now, rungs=(NOTHING, early, cup), default_rung=3)
    got = []
    for day, name in enumerate(("Ana", "Bea", "Cid")):
        left(0) if day else None
        shop.unpublish(pot) if day > 1 else None
        open_shop(now + day * DAY)
        due(running, now + day * DAY, name)
        assert send.send_due(now=now + day * DAY).sent == 1
        rung = Touch.objects.latest("pk").rung
        got.append(rung and rung.kind)
    assert got == ["gift", "early_access", None]
    assert Incentive.objects.count() == shop_models.VoucherCode.objects.count() == 1


def test_a_gift_that_became_dearer_than_its_minimum_gives_way(
    shop: Any, now: datetime, cup: RungTerms
) -> None:
    """Ana is promised the cup at 4.50 from ten euros on. Then it costs ten: Bea gets a word, staff read why, and Ana's
    code works all the same."""
    running = climbing(now, rungs=(WORD, cup), default_rung=2)
    [ana] = due(running, now, "Ana")
    assert send.send_due(now=now).sent == 1
    [rung] = Rung.objects.filter(kind="gift")
    assert rung_report.problem(rung) == ""
    shop_models.Price.objects.filter(variant=cup.variants[0]).update(amount=10)
    assert "raise the minimum" in rung_report.problem(rung)
    [lacks] = [one for one in missing.missing(rung.step.version, now) if one.code == "RUNG_UNAVAILABLE"]
    assert lacks.field == "steps[0].rungs[1]"
    later = now + DAY
    open_shop(later)
    due(running, later, "Bea")
    assert send.send_due(now=later).sent == 1
    assert [one.profile for one in Incentive.objects.all()] == [ana]
    assert Touch.objects.latest("pk").rung.kind == "word"
    shop.set_clock(later)
    checkout = shop.fill({cup.variants[0]: 2}, email=ana.email)
    assert shop.put_code(checkout, promise_of(ana).code) and shop.checkout_total(checkout) == 10


def test_a_gift_that_is_gone_before_the_mail_leaves_is_not_promised(
    shop: Any, now: datetime, cup: RungTerms
) -> None:
    """It was there when it was planned: the mail that leaves later is just a word, and no code is made."""
    [ana] = due(climbing(now, rungs=(cup,)), now, "Ana")
    left(0)
    assert send.send_due(now=now).sent == 1
    assert promise_of(ana).state == "withdrawn" and not shop_models.VoucherCode.objects.exists()


def test_early_access_ends_when_everybody_sees_it(shop: Any, now: datetime) -> None:
    """A pot and a cup open early to Ana. The storefront lists the pot: still early. It lists both: Bea gets a word, the
    owner is told why, and nobody may say such a rung any more."""
    pot, cup = shop.product("Pot", "9"), shop.product("Cup", "4")
    for one in (pot, cup):
        shop.hide(one.product)
    early = RungTerms(kind="early_access", collections=(shop.collection("Spring", pot.product, cup.product),))
    running = climbing(now, rungs=(WORD, early), default_rung=2)
    shop.list_it(pot.product)
    [ana] = due(running, now, "Ana")
    assert touch_of(ana).rung.kind == "early_access"
    shop.list_it(cup.product)
    [bea] = due(running, now, "Bea")
    assert touch_of(bea).rung.kind == "word"
    rung = Rung.objects.get(kind="early_access")
    assert rung_report.problem(rung).startswith("Everybody sees its collection by now")
    [one] = [each for each in missing.missing(running.versions.get(), now) if each.code == "RUNG_UNAVAILABLE"]
    assert one.message.startswith("Everybody sees its collection")
    with pytest.raises(BadInput, match="Everybody sees it already in eur") as refused:
        climbing(now, rungs=(WORD, early), default_rung=2)
    assert refused.value.field == "steps[0].rungs[1].collections"


THREE, SIX = (
    RungTerms(kind="fixed", amounts=(Amount(currency="EUR", amount=Decimal(amount)),)) for amount in (3, 6)
)


def test_whoever_costs_nothing_starts_when_money_is_gone(shop: Any, now: datetime) -> None:
    """French readers come anyway: a word. All else get six euros, and six are left: Ana takes them. Bea waits for
    money, Cid, who is French, does not; whichever their arm."""
    rules = (RungRule(segment=readers(now, "fr"), rung=2),)
    running = climbing(now, rungs=(NOTHING, WORD, SIX), default_rung=3, rules=rules)
    running.versions.update(month_budget=6, budget_currency="EUR", channels=["eur"])
    ana, bea, cid = (
        customer(name, now, value=value, language=tag)
        for name, value, tag in (("Ana", "30", "en"), ("Bea", "20", "en"), ("Cid", "10", "fr"))
    )
    scored(now)
    summary = plan.dry_run(running, now).summary
    assert summary and (summary.treated, summary.over_budget) == (2, 1)
    plan.consider(running, now)
    told = dict(Enrolment.objects.values_list("profile", "state"))
    assert told == {ana.pk: "started", bea.pk: "waiting", cid.pk: "started"}
    assert set(Enrolment.objects.values_list("profile", "reserve")) == {(ana.pk, 6), (bea.pk, 6), (cid.pk, 0)}
    foretold = {one.profile_id: one.reason for one in plan.dry_run(running, now).proposals}
    assert foretold == {bea.pk: "budget"}


def test_money_of_a_later_step_goes_down_the_queue(shop: Any, now: datetime) -> None:
    """French readers get six euros a week later, all else three, and twelve are left. Down the queue come Ana, who is
    French, Bea, who is not, and Cid, who is: six, three, and the next cheaper three."""
    later = Step(
        message="win_back_again", wait_days=7, rungs=(WORD, THREE, SIX), default_rung=2,
        rules=(RungRule(segment=readers(now, "fr"), rung=3),),
    )  # fmt: skip
    open_shop(now)
    terms = Terms(
        daily_capacity=100, control_share=Decimal(0), steps=(Step(message="win_back"), later), channels=("eur",),
        month_budget=Decimal(12), budget_currency="EUR",
    )  # fmt: skip
    running = campaigns.activate(campaigns.create(name="Later", now=now, salt=SALT, terms=terms), now=now)
    people = [
        customer(name, now, value=value, language=tag)
        for name, value, tag in (("Ana", "30", "fr"), ("Bea", "20", "en"), ("Cid", "10", "fr"))
    ]
    scored(now)
    plan.consider(running, now)
    assert send.send_due(now=now).sent == 3
    open_shop(now + 7 * DAY)
    plan.consider(running, now + 7 * DAY)
    got = dict(Incentive.objects.values_list("profile", "reserve"))
    assert [got.get(one.pk) for one in people] == [6, 3, 3]
    assert [touch.rung and touch.rung.number for touch in Touch.objects.filter(step__number=2).order_by("profile")] == [
        3, 2, 2,
    ]  # fmt: skip
