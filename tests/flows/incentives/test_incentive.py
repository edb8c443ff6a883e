"""Promises: one live one a person, its code unguessable, its day the shop's own, the annual_need no wider than the
checkout."""

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from saleor_relacional.errors import BadInput
from saleor_relacional.flows import failures, policy
from saleor_relacional.flows.campaigns import campaigns, plan
from saleor_relacional.flows.incentives import codes, entitlement, incentive, wallet
from saleor_relacional.flows.ingest import record as recording
from saleor_relacional.flows.sending import send
from saleor_relacional.hosts.facts import FactKind
from saleor_relacional.hosts.standalone import models as shop_models
from saleor_relacional.models import Enrolment, Entitlement, Identity, Incentive, Rung
from tests.support.asked import Asked
from tests.support.campaign_stories import crowd, one_step
from tests.support.codes import code_on
from tests.support.instants import DAY
from tests.support.mailing import campaign, due, promise_of


def in_zone(zone: str) -> None:
    shop_models.Shop.objects.update(time_zone=zone)


def test_a_code_is_digits_that_nobody_can_mistype() -> None:
    """Twelve digits and nothing else, so that case, hyphens and blanks cannot be wrong; each number as likely."""
    asked = []
    assert codes.draw(lambda below: asked.append(below) or 0) == "100000000000"
    assert asked == [900_000_000_000]
    assert codes.draw(lambda below: below - 1) == "999999999999"
    drawn = {codes.draw() for _ in range(1000)}
    assert len(drawn) == 1000
    assert all(len(code) == 12 and code.isascii() and code.isdigit() and code[0] != "0" for code in drawn)


@pytest.mark.parametrize(
    ("zone", "now", "last"),
    [
        ("UTC", datetime(2026, 3, 2, 12, tzinfo=UTC), datetime(2026, 3, 16, 23, 59, 59, tzinfo=UTC)),
        (
            "Pacific/Auckland",
            datetime(2026, 3, 2, 12, tzinfo=UTC),
            datetime(2026, 3, 17, 10, 59, 59, tzinfo=UTC),
        ),
        (
            "Europe/Madrid",
            datetime(2026, 3, 20, 12, tzinfo=UTC),
            datetime(2026, 4, 3, 21, 59, 59, tzinfo=UTC),
        ),
        (  # clocks go back at midnight: 23:59:59 comes twice, and the day ends with the second
            "America/Santiago",
            datetime(2026, 3, 21, 12, tzinfo=UTC),
            datetime(2026, 4, 5, 3, 59, 59, tzinfo=UTC),
        ),
        (  # clocks go forward at midnight: the day is what it always was
            "America/Santiago",
            datetime(2026, 8, 22, 12, tzinfo=UTC),
            datetime(2026, 9, 6, 3, 59, 59, tzinfo=UTC),
        ),
    ],
)
def test_it_ends_with_the_shops_day(shop: Any, zone: str, now: datetime, last: datetime) -> None:
    """Fourteen days later, to the last second of the day where the shop is, summer time included."""
    in_zone(zone)
    assert codes.last_moment(now, 14) == last
    assert last.astimezone(ZoneInfo(zone)).strftime("%H:%M:%S") == "23:59:59"


def test_planned_before_anybody_knows_it(shop: Any, now: Any) -> None:
    """Planning writes the promise, and nothing at the host."""
    [ana] = due(campaign(now), now, "Ana")
    promised = promise_of(ana)
    assert (promised.state, promised.rung.kind, promised.rung.value) == ("planned", "percentage", 10)
    assert promised.channels == {"eur": "EUR"}
    assert not Entitlement.objects.exists() and not shop_models.VoucherCode.objects.exists()
    assert wallet.wallet(ana, now) == ()  # a code that does not work yet is shown to nobody


def test_it_has_an_owner_before_the_shop_knows_it(
    shop: Any, now: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The moment the shop is told the code, its claim says whose it is, by a keyed hash, and no wallet shows it yet."""
    [ana] = due(campaign(now), now, "Ana")
    promised, told = promise_of(ana), []

    def issue(*_: Any) -> None:
        assert wallet.wallet(ana, now) == ()
        told.append(Entitlement.objects.get())

    monkeypatch.setattr(type(shop.host), "issue", issue)
    assert incentive.issue(promised, now)
    [row] = told
    assert (row.code, row.expires_at, row.holder) == (promised.code, promised.expires_at, "")
    assert entitlement.owns(row, account=None, email="ana@shop.example")
    assert b"ana" not in bytes(row.owner_email_digest)


def test_an_account_s_code_names_its_account(shop: Any, now: Any) -> None:
    """The claim is bound to the account at the host."""
    running = campaign(now)
    [ana] = crowd(1, now)
    Identity.objects.create(profile=ana, kind="account", source=shop.host.source, key="acc-7")
    plan.consider(running, now)
    send.send_due(now=now)
    assert Entitlement.objects.get().owner_account == "acc-7"


def test_planning_again_adds_nothing(shop: Any, now: Any) -> None:
    """A retry finds the promise made: the same code."""
    [ana] = due(campaign(now), now, "Ana")
    code = promise_of(ana).code
    assert incentive.plan(Enrolment.objects.all(), rung=Rung.objects.get(), now=now) == 0
    assert (promise_of(ana).code, Incentive.objects.count()) == (code, 1)


def test_one_live_incentive_a_person(shop: Any, now: Any) -> None:
    """A second campaign gives Ana just a word while the first one's promise lives; the mail names no code."""
    [ana] = due(campaign(now), now, "Ana")
    send.send_due(now=now)
    first = promise_of(ana).code
    [again] = crowd(1, now)
    second = campaign(now)
    Enrolment.objects.create(
        campaign=second, version=second.versions.get(), profile=ana, cycle="later", arm="treated", state="waiting",
        stage="lapsed", considered_at=now,
    )  # fmt: skip
    Enrolment.objects.create(
        campaign=second, version=second.versions.get(), profile=again, cycle="later", arm="treated", state="waiting",
        stage="lapsed", considered_at=now,
    )  # fmt: skip
    rung = Rung.objects.get(step__version__campaign=second)
    assert incentive.plan(Enrolment.objects.filter(campaign=second), rung=rung, now=now) == 1
    assert Incentive.objects.get(profile=ana).code == first


def test_many_are_planned_in_few_queries(shop: Any, now: Any) -> None:
    """A day's capacity is promised in a constant number of statements."""
    running = campaign(now)
    people = crowd(30, now)
    plan.consider(running, now)
    Incentive.objects.all().delete()
    rows = Enrolment.objects.filter(profile__in=people).order_by("pk")
    rung = Rung.objects.select_related("step__version__campaign").get()
    with Asked() as few:
        assert incentive.plan(rows[:2], rung=rung, now=now) == 2
    with Asked() as many:
        assert incentive.plan(rows[2:], rung=rung, now=now) == 28
    assert len(many) == len(few)


def test_one_voucher_a_version_rung_and_day(shop: Any, now: Any) -> None:
    """Three mails of a day share a voucher; tomorrow's has its own, with its own end; fixed money likewise."""
    running = campaign(now)
    due(running, now, "Ana", "Bea", "Cid")
    send.send_due(now=now)
    assert shop_models.Voucher.objects.count() == 1 and shop_models.VoucherCode.objects.count() == 3
    due(running, now + DAY, "Dan")
    send.send_due(now=now + DAY)
    assert sorted(shop_models.Voucher.objects.values_list("ends_at", flat=True)) == [
        codes.last_moment(now, 14), codes.last_moment(now + DAY, 14),
    ]  # fmt: skip
    assert max(len(key) for key in shop_models.Voucher.objects.values_list("key", flat=True)) <= 80


def test_a_channel_that_gets_a_sender_later_has_its_own_voucher(shop: Any, now: Any) -> None:
    """Promised channels are the voucher's channels, also when the owner adds one at noon."""
    running = campaign(now)
    [ana] = due(running, now, "Ana")
    shop.channel("usd", "USD")
    policy.name_sender(channel="usd", name="Tea", address="a@tea.example", postal_address="Street 1", now=now)
    [bea] = due(running, now, "Bea")
    assert (promise_of(ana).channels, promise_of(bea).channels) == (
        {"eur": "EUR"},
        {"eur": "EUR", "usd": "USD"},
    )
    send.send_due(now=now)
    assert shop_models.Voucher.objects.count() == 2
    for person, channel, works in ((ana, "usd", False), (bea, "usd", True), (ana, "eur", True)):
        assert (
            shop.put_code(shop.checkout(email=person.email, channel=channel), promise_of(person).code)
            is works
        )


def test_an_amount_is_of_one_money(shop: Any, now: Any) -> None:
    """Five euros are not five yen: an amount names channels of one currency, a percentage need not."""
    shop.channel("jpy", "JPY")
    for terms, wrong in (
        (one_step(discount="fixed", value=Decimal(5)), True),
        (one_step(discount="fixed", value=Decimal(5), channels=("eur", "jpy")), True),
        (one_step(discount="fixed", value=Decimal(5), channels=("jpy",)), False),
        (one_step(discount="percentage", value=Decimal(5)), False),
    ):
        with pytest.raises(BadInput) if wrong else nullcontext() as caught:
            campaigns.create(name="Five off", now=now, terms=terms)
        assert not wrong or caught.value.field == "channels"


def test_a_channel_of_another_money_that_came_later(shop: Any, now: Any) -> None:
    """The shop opened in yen after the campaign offered five euros everywhere: there it is just a word until the owner
    says how much, and nobody is given five hundred of the wrong thing."""
    running = campaign(now, discount="fixed", value=Decimal(5))
    shop.channel("jpy", "JPY")
    policy.name_sender(channel="jpy", name="Tea", address="a@tea.example", postal_address="Street 1", now=now)
    [ana] = due(running, now, "Ana")
    assert promise_of(ana).channels == {"eur": "EUR"} and send.send_due(now=now).sent == 1
    assert [listing.channel_id for listing in shop_models.VoucherListing.objects.all()] == ["eur"]


def test_the_key_of_a_voucher_fits_whatever_the_terms(shop: Any, now: Any) -> None:
    """The longest version number, the last step and the last rung."""
    campaign(now, discount="fixed", value=Decimal("12345678.999"))
    rung = Rung.objects.get()
    rung.step.version.number, rung.step.number, rung.number = 99_999, 10, 12
    assert len(codes.recipe_key(rung, {"eur": "EUR"}, now)) <= 80


def test_expired_at_the_end_of_its_day(shop: Any, now: Any) -> None:
    """Not a second early; then it is over everywhere, also on a checkout that is open."""
    [ana] = due(campaign(now), now, "Ana")
    send.send_due(now=now)
    last = promise_of(ana).expires_at
    assert incentive.expire(last - timedelta(seconds=1)) == 0
    assert len(wallet.wallet(ana, last - timedelta(seconds=1))) == 1
    assert wallet.wallet(ana, last) == ()
    assert (incentive.expire(last), incentive.expire(last)) == (1, 0)
    assert promise_of(ana).state == "expired"


def test_the_wallet_shows_what_the_checkout_grants(shop: Any, now: Any) -> None:
    """Issued: shown, and it works. In an open checkout of hers: still shown. Spent, not recorded yet: gone from
    both."""
    [ana, bea] = due(campaign(now), now, "Ana", "Bea")
    send.send_due(now=now)
    [offer] = wallet.wallet(ana, now)
    assert (offer.code, offer.kind, offer.terms.value) == (promise_of(ana).code, "percentage", 10)
    assert (dict(offer.channels), offer.expires_at) == ({"eur": "EUR"}, promise_of(ana).expires_at)
    checkout = shop.checkout(email=ana.email)
    assert shop.put_code(checkout, offer.code)
    entitlement.check(offer.code, checkout=checkout, account=None, email=ana.email, now=now)
    assert wallet.wallet(ana, now) == (offer,)
    assert shop.complete(checkout).order
    assert wallet.wallet(ana, now) == ()
    assert len(wallet.wallet(bea, now)) == 1


def test_the_wallet_hides_what_the_owner_check_would_refuse(shop: Any, now: Any) -> None:
    """Her address changed without an account: the checkout would refuse the new one, so nothing is shown."""
    [ana] = due(campaign(now), now, "Ana")
    send.send_due(now=now)
    ana.email_key = "ana@new.example"
    ana.save()
    assert wallet.wallet(ana, now) == ()


def test_many_wallets_in_four_queries(shop: Any, now: Any) -> None:
    """A page of profiles costs what one does."""
    running = campaign(now)
    people = crowd(8, now)
    plan.consider(running, now)
    send.send_due(now=now)
    with Asked() as queries:
        found = wallet.wallets([person.pk for person in people], now)
    assert sorted(found) == sorted(person.pk for person in people)
    assert len(queries) == 4  # one of them the shop's: what works now


@pytest.mark.parametrize("gone", ["the voucher", "its place in the channel"])
def test_the_wallet_hides_what_staff_took_away(shop: Any, now: Any, gone: str) -> None:
    """Ana's mail has left. Staff delete the voucher, or take it out of the channel: the checkout grants nothing, and
    her wallet shows nothing."""
    [ana] = due(campaign(now), now, "Ana")
    send.send_due(now=now)
    assert len(wallet.wallet(ana, now)) == 1
    if gone == "the voucher":
        shop.delete_voucher(promise_of(ana).code)
    else:
        shop_models.VoucherListing.objects.all().delete()
    assert wallet.wallet(ana, now) == ()
    assert not shop.put_code(shop.checkout(email="ana@shop.example"), promise_of(ana).code)


def test_a_voucher_that_staff_deleted_is_not_made_again(shop: Any, now: Any) -> None:
    """Ana's mail made the day's voucher, staff delete it, and Bea's mail is due: it leaves without an offer. Neither
    code works."""
    running = campaign(now)
    [ana] = due(running, now, "Ana")
    send.send_due(now=now)
    shop.delete_voucher(promise_of(ana).code)
    [bea] = due(running, now, "Bea")
    assert send.send_due(now=now).sent == 1
    assert not shop_models.Voucher.objects.exists()
    [_, second] = mail.outbox
    assert second.to == ["bea@shop.example"] and promise_of(bea).code not in second.body
    assert wallet.wallet(bea, now) == () and not incentive.issue(promise_of(ana), now)


@pytest.mark.parametrize("state", ["sent", "unknown"])
def test_a_promise_that_was_told_is_kept(shop: Any, now: datetime, state: str) -> None:
    """Ana has the mail with her code, or may have it: whatever ends the campaign for her, the code goes on working."""
    [ana] = due(campaign(now), now, "Ana")
    send.send_due(now=now)
    enrolment = Enrolment.objects.get()
    enrolment.touches.update(state=state)
    assert incentive.withdraw([enrolment.pk], now) == 0
    assert promise_of(ana).state == "issued" and not Entitlement.objects.get().withdrawn
    assert shop.put_code(shop.checkout(email="ana@shop.example"), promise_of(ana).code)


def test_a_code_that_ends_comes_off_open_checkouts(shop: Any, now: datetime) -> None:
    """Ana left her checkout open overnight and her code ended meanwhile: she sees the full price before she pays, not
    a refusal when she does. Bea's, which lasts, stays on."""
    running = campaign(now)
    [ana] = due(running, now, "Ana")
    [bea] = due(running, now + DAY, "Bea")
    shop.set_clock(now + DAY)
    send.send_due(now=now + DAY)
    checkouts = {}
    for person in (ana, bea):
        checkouts[person] = shop.checkout(email=person.email)
        assert shop.put_code(checkouts[person], promise_of(person).code)
        recording.record_references(FactKind.CHECKOUT, [checkouts[person]], now=now)
    assert incentive.expire(promise_of(ana).expires_at) == 1
    assert code_on(shop, checkouts[ana]) == ""
    assert code_on(shop, checkouts[bea]) == promise_of(bea).code


def test_a_code_that_cannot_be_taken_off_is_tried_again_and_keeps_no_other(
    shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The shop fails at Ana's checkout: Bea's and Cleo's codes end all the same, page by page; Ana's ends at the next
    run, off her checkout."""
    people = due(campaign(now), now, "Ana", "Bea", "Cleo")
    send.send_due(now=now)
    checkouts = {person: shop.checkout(email=person.email) for person in people}
    for person, checkout in checkouts.items():
        assert shop.put_code(checkout, promise_of(person).code)
        recording.record_references(FactKind.CHECKOUT, [checkout], now=now)
    ana, over, take_off = people[0], promise_of(people[0]).expires_at, type(shop.host).take_off

    def fails(self: Any, checkout: str, code: str) -> bool:
        if checkout == checkouts[ana]:
            raise RuntimeError("a plugin of the shop")
        return take_off(self, checkout, code)

    with monkeypatch.context() as failing:
        failing.setattr(type(shop.host), "take_off", fails)
        assert incentive.expire(over, limit=1) == 2
    assert [promise_of(person).state for person in people] == ["issued", "expired", "expired"]
    assert [code_on(shop, checkouts[person]) != "" for person in people] == [True, False, False]
    assert failures.total(since=over - DAY) == 1
    assert incentive.expire(over) == 1
    assert (promise_of(ana).state, code_on(shop, checkouts[ana])) == ("expired", "")


def test_what_staff_make_of_the_voucher_is_what_is_told(shop: Any, now: datetime) -> None:
    """Ten per cent were promised, and Ana's mail has left. Staff make five of it, from thirty on: her wallet says so.
    Bea's mail, of the same day's voucher, leaves as a word, and her wallet says what her code would take off."""
    running = campaign(now)
    [ana] = due(running, now, "Ana")
    send.send_due(now=now)
    shop.edit_voucher(promise_of(ana).code, value=Decimal(5), minimum=Decimal(30))
    [bea] = due(running, now, "Bea")
    assert send.send_due(now=now).sent == 1
    assert promise_of(ana).code in mail.outbox[0].body and promise_of(bea).code not in mail.outbox[1].body
    for person in (ana, bea):
        [offer] = wallet.wallet(person, now)
        assert (offer.kind, offer.terms.value) == ("percentage", 5)
        assert [(one.currency, one.amount) for one in offer.terms.minimum] == [("EUR", 30)]
    checkout = shop.checkout(email=ana.email, quantity=4)
    assert shop.put_code(checkout, promise_of(ana).code) and shop.checkout_total(checkout) == 38


def test_an_amount_that_staff_change_is_told_as_they_say(shop: Any, now: datetime) -> None:
    """Five euros off become fifty."""
    [ana] = due(campaign(now, discount="fixed", value=Decimal(5), channels=("eur",)), now, "Ana")
    send.send_due(now=now)
    shop.edit_voucher(promise_of(ana).code, value=Decimal(50), minimum=None)
    [offer] = wallet.wallet(ana, now)
    assert [(one.currency, one.amount) for one in offer.terms.amounts] == [("EUR", 50)]
