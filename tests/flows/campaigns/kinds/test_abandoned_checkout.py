"""Abandoned checkout: a word to a signed-in customer four hours after they left, once, with a link of ours back."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.http import HttpResponse
from django.test import Client

from saleor_relacional import conf
from saleor_relacional.errors import Refused
from saleor_relacional.flows.campaigns import plan
from saleor_relacional.flows.campaigns.kinds import abandoned_checkout
from saleor_relacional.flows.consent import links
from saleor_relacional.flows.ingest import record
from saleor_relacional.flows.people import forget
from saleor_relacional.flows.scoring import score
from saleor_relacional.flows.sending import send
from saleor_relacional.hosts.facts import FactKind
from saleor_relacional.hosts.standalone import models
from saleor_relacional.models import Basket, Campaign, Cursor, Enrolment, Profile, Touch, Unplanned
from tests.support.campaign_stories import swept
from tests.support.instants import DAY, MINUTE
from tests.support.kind_stories import a_day, agrees, switched_on
from tests.support.shop_control import arms, hold_out, key_in

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)


@pytest.fixture
def left(shop: Any, now: datetime) -> Campaign:
    """The campaign as it ships, switched on in a shop that has a storefront."""
    models.Shop.objects.update_or_create(id=1, defaults={"storefront_url": "https://tea.example/{channel}/"})
    campaign = switched_on(abandoned_checkout.NAME, now - DAY)
    plan.consider(campaign, now - DAY)
    return campaign


def test_it_is_not_switched_on_where_its_mails_lead_nowhere(shop: Any, now: datetime) -> None:
    """No storefront is known: it is said at once, and not when the first mail fails."""
    with pytest.raises(Refused) as refused:
        switched_on(abandoned_checkout.NAME, now)
    assert refused.value.code == "NO_STOREFRONT"


class Story:
    """What people do at the shop, and what the beat does after it."""

    def __init__(self, shop: Any, campaign: Campaign) -> None:
        self.shop, self.campaign = shop, campaign

    def customer(self, name: str, at: datetime, *, confirmed: bool = True, agreed: bool = True) -> str:
        """Somebody with an account who agreed to hear from the shop, unless they did not."""
        self.shop.set_clock(at)
        account = str(self.shop.customer(f"{name.lower()}@tea.example", confirmed=confirmed, first_name=name))
        self.heard(FactKind.CUSTOMER, account, at)
        if agreed:
            agrees(profile(name), at)
        return account

    def leaves(self, at: datetime, **buyer: Any) -> str:
        """A checkout with tea in it."""
        self.shop.set_clock(at)
        checkout = str(self.shop.checkout(**buyer))
        self.heard(FactKind.CHECKOUT, checkout, at)
        return checkout

    def touches(self, checkout: str, at: datetime) -> None:
        """They come back and change something."""
        self.shop.touch(FactKind.CHECKOUT, checkout, at)
        self.heard(FactKind.CHECKOUT, checkout, at)

    def heard(self, kind: FactKind, reference: str, at: datetime) -> None:
        record.record_references(kind, [reference], now=at)

    def buys(self, checkout: str, at: datetime) -> None:
        """They complete it."""
        self.shop.set_clock(at)
        self.heard(FactKind.ORDER, str(self.shop.complete(checkout).order), at)
        self.heard(FactKind.CHECKOUT, checkout, at)

    def beat(self, at: datetime) -> int:
        """How many mails left."""
        self.shop.set_clock(at)
        swept()
        return a_day(self.campaign, at)


@pytest.fixture
def story(shop: Any, left: Campaign) -> Story:
    return Story(shop, left)


def profile(name: str) -> Profile:
    return Profile.objects.get(email_key=f"{name.lower()}@tea.example")


def link() -> str:
    """The path of our link in the last mail."""
    found = re.search(r"http://127\.0\.0\.1:8000(/checkout/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def text(answer: HttpResponse) -> str:
    return " ".join(answer.content.decode().split())


def test_four_hours_later_once(story: Story, now: datetime) -> None:
    """Not after three hours, not after four less a minute; what is in it, and nothing off; never again about it."""
    ana = story.customer("Ana", now - DAY)
    checkout = story.leaves(now, customer=ana, quantity=2)
    hours = [story.beat(now + wait) for wait in (3 * HOUR, 4 * HOUR - MINUTE, 4 * HOUR, 5 * HOUR, 6 * HOUR)]
    assert hours == [0, 0, 1, 0, 0]
    [sent] = mail.outbox
    assert "2 × Tea" in str(sent.body) and "and more" not in str(sent.body)
    assert (
        checkout not in sent.message().as_string()
        and "tea.example/eur/checkout" not in sent.message().as_string()
    )
    assert "discount" not in str(sent.body).lower() and " off" not in str(sent.body)
    story.touches(checkout, now + 20 * DAY)
    story.touches(checkout, now + 40 * DAY)
    assert [story.beat(now + days * DAY) for days in (20.5, 21, 40.5, 41)] == [0, 0, 0, 0]
    assert Enrolment.objects.count() == 1


def test_a_typed_address_opens_nothing(story: Story, now: datetime) -> None:
    """Mallory fills a checkout and types Ana's address; Ana has an account and agreed to hear from the shop."""
    story.customer("Ana", now - DAY)
    story.leaves(now, email="ana@tea.example")
    assert Basket.objects.get().profile == profile("Ana")
    assert [story.beat(now + wait) for wait in (4 * HOUR, DAY, 2 * DAY)] == [0, 0, 0]
    assert not Enrolment.objects.exists()


def test_an_unconfirmed_account_opens_nothing(story: Story, now: datetime) -> None:
    """Mallory registered with Ana's address, and proved nothing."""
    mallory = story.customer("Ana", now - DAY, confirmed=False)
    story.leaves(now, customer=mallory)
    assert [story.beat(now + wait) for wait in (4 * HOUR, DAY)] == [0, 0]
    assert not Enrolment.objects.exists()


def test_who_did_not_agree_hears_nothing(story: Story, now: datetime) -> None:
    """An account without a ground to write on."""
    ana = story.customer("Ana", now - DAY, agreed=False)
    story.leaves(now, customer=ana)
    assert story.beat(now + 4 * HOUR) == 0
    assert Enrolment.objects.get().reason == "no_basis"


def test_nobody_at_the_till(story: Story, now: datetime) -> None:
    """She comes back after three hours, and in another checkout after six: it is quiet from then on that counts."""
    ana = story.customer("Ana", now - DAY)
    checkout = story.leaves(now - 3 * HOUR, customer=ana)
    story.touches(checkout, now)
    assert story.beat(now + HOUR) == 0
    story.leaves(now + 3 * HOUR, customer=ana, quantity=3)
    assert story.beat(now + 4 * HOUR) == 0
    assert story.beat(now + 7 * HOUR) == 1
    assert "3 × Tea" in str(mail.outbox[0].body)


def test_who_comes_back_before_the_mail_leaves_keeps_their_turn(story: Story, now: datetime) -> None:
    """The mail is queued when she is at the till again: it waits until she has been away for four hours."""
    ana = story.customer("Ana", now - DAY)
    checkout = story.leaves(now - 3 * HOUR, customer=ana)
    score.score_stale(now)
    plan.consider(story.campaign, now + HOUR)
    assert Touch.objects.get().state == "queued"
    story.touches(checkout, now + HOUR)
    assert story.beat(now + HOUR) == 0
    assert (Touch.objects.get().state, Touch.objects.get().reason) == ("waiting", "shopping")
    assert story.beat(now + 5 * HOUR + MINUTE) == 1


def test_ordered(story: Story, now: datetime) -> None:
    """Before we wrote; and after the mail was queued."""
    for name in ("Ana", "Bea"):
        story.customer(name, now - DAY)
    ana, bea = (profile(name).identities.get(kind="account").key for name in ("Ana", "Bea"))
    first, second = story.leaves(now, customer=ana), story.leaves(now, customer=bea)
    story.buys(first, now + HOUR)
    assert story.beat(now + 3 * HOUR) == 0
    plan.consider(story.campaign, now + 4 * HOUR)
    assert Touch.objects.get().profile == profile("Bea")
    story.buys(second, now + 4 * HOUR)
    assert Touch.objects.get().state == "suppressed" and Touch.objects.get().reason == "purchased"
    assert story.beat(now + 4 * HOUR + MINUTE) == 0 and mail.outbox == []


def test_bought_otherwise(story: Story, now: datetime) -> None:
    """She left one checkout and bought by another: the first is not brought up."""
    ana = story.customer("Ana", now - DAY)
    story.leaves(now, customer=ana)
    story.buys(story.leaves(now + HOUR, customer=ana), now + 2 * HOUR)
    assert [story.beat(now + wait) for wait in (4 * HOUR, 8 * HOUR, DAY)] == [0, 0, 0]


@pytest.mark.parametrize("heard", [True, False])
def test_emptied(story: Story, now: datetime, heard: bool) -> None:
    """She took everything out after the mail was queued: also where we have not heard of it, nothing leaves."""
    ana = story.customer("Ana", now - DAY)
    checkout = story.leaves(now, customer=ana)
    score.score_stale(now)
    plan.consider(story.campaign, now + 4 * HOUR)
    assert Touch.objects.get().state == "queued"
    story.shop.empty(checkout)
    story.shop.touch(FactKind.CHECKOUT, checkout, now)
    if heard:
        story.heard(FactKind.CHECKOUT, checkout, now + 4 * HOUR)
    assert story.beat(now + 4 * HOUR) == 0
    assert Touch.objects.get().reason == ("cycle_over" if heard else "checkout_gone")


def test_at_most_every_thirty_days(story: Story, now: datetime) -> None:
    """Another checkout a week later, and one a month later."""
    ana = story.customer("Ana", now - DAY)
    sent = []
    for days in (0, 8, 31):
        story.leaves(now + days * DAY, customer=ana)
        sent.append(story.beat(now + days * DAY + 4 * HOUR))
    assert sent == [1, 0, 1]


def test_what_was_left_long_ago_is_not_brought_up(story: Story, now: datetime) -> None:
    """Fifteen days without a run."""
    ana = story.customer("Ana", now - DAY)
    story.leaves(now, customer=ana)
    assert story.beat(now + 15 * DAY) == 0


def test_three_days_without_a_run_lose_nobody(story: Story, now: datetime) -> None:
    """The beat was away."""
    ana = story.customer("Ana", now - DAY)
    story.leaves(now, customer=ana)
    assert story.beat(now + 3 * DAY) == 1


def test_a_day_on_which_everybody_was_looked_at(story: Story, now: datetime) -> None:
    """Four hours pass between two plans of a day, with no news of her: the plan finds her by its cursor, one that began
    before a missed run too, and one that comes with an older clock moves nothing back."""
    ana = story.customer("Ana", now - DAY)
    story.beat(now - HOUR)
    checkout = story.leaves(now, customer=ana)
    story.beat(now + MINUTE)
    assert not Unplanned.objects.exists() and not Enrolment.objects.exists()
    assert story.beat(now + 6 * HOUR) == 1
    cursor = Cursor.objects.get(name=f"turns:{story.campaign.pk}")
    plan.consider(story.campaign, now + 5 * HOUR)
    assert Cursor.objects.get(name=cursor.name).position_at == cursor.position_at == now + 6 * HOUR
    assert Basket.objects.get(reference=checkout).state == "open"


def test_heard_of_late(story: Story, now: datetime) -> None:
    """The worker was away while she shopped: plans have passed the fourth hour when we hear of it."""
    ana = story.customer("Ana", now - DAY)
    story.shop.set_clock(now)
    checkout = story.shop.checkout(customer=ana)
    assert story.beat(now + 5 * HOUR) == 0
    story.heard(FactKind.CHECKOUT, checkout, now + 5 * HOUR + MINUTE)
    assert story.beat(now + 5 * HOUR + 2 * MINUTE) == 1


def test_more_than_ten_lines(story: Story, now: datetime) -> None:
    """Ten are told, and that there are more."""
    ana = story.customer("Ana", now - DAY)
    checkout = story.leaves(now, customer=ana)
    product = models.Product.objects.create(name="Cup")
    for number in range(10):
        variant = models.Variant.objects.create(sku=f"cup{number}", product=product)
        here = models.Checkout.objects.get(pk=checkout).channel
        models.Price.objects.create(variant=variant, channel=here, amount=5)
        models.CheckoutLine.objects.create(checkout_id=checkout, variant=variant, quantity=1)
    assert story.beat(now + 4 * HOUR) == 1
    assert str(mail.outbox[0].body).count("×") == 10 and "and more" in str(mail.outbox[0].body)


def test_the_link_leads_back(story: Story, now: datetime) -> None:
    """The page reveals nothing and changes nothing; its button leads to the storefront; once ordered it is dead."""
    ana = story.customer("Ana", now - DAY)
    checkout = story.leaves(now, customer=ana)
    story.beat(now + 4 * HOUR)
    browser = Client(enforce_csrf_checks=True)
    before = list(Basket.objects.values())
    for page in (browser.get(link()), browser.get(link())):
        assert page.status_code == 200 and "Back to my basket" in text(page)
        assert not any(word in text(page) for word in (checkout, "tea.example", "Ana", "× Tea"))
        assert page["Referrer-Policy"] == "no-referrer" and page["Cache-Control"] == "no-store"
        assert "form-action 'self' https:;" in page["Content-Security-Policy"]
    assert browser.head(link()).status_code == 200
    leads = browser.post(link())
    assert leads.status_code == 303
    assert leads["Location"] == f"https://tea.example/checkout?checkout={checkout}"
    assert leads["Referrer-Policy"] == "no-referrer" and leads["Cache-Control"] == "no-store"
    assert list(Basket.objects.values()) == before
    assert browser.put(link()).status_code == 405
    story.buys(checkout, now + 5 * HOUR)
    for dead in (browser.get(link()), browser.post(link())):
        assert dead.status_code == 410 and "no longer open" in text(dead) and "Location" not in dead
        assert 'href="https://tea.example/eur/"' in text(dead) and checkout not in text(dead)


def test_the_link_dies_after_two_weeks_or_when_emptied(story: Story, now: datetime) -> None:
    """On the shop's clock; and a checkout with nothing in it leads nowhere."""
    ana = story.customer("Ana", now - DAY)
    checkout = story.leaves(now, customer=ana)
    story.beat(now + 4 * HOUR)
    told = []
    for at in (now + 14 * DAY, now + 14 * DAY + 5 * HOUR):
        story.shop.set_clock(at)
        told.append(Client().post(link()).status_code)
    assert told == [303, 410]
    story.shop.set_clock(now + DAY)
    assert Client().get(link()).status_code == 200
    story.shop.empty(checkout)
    story.heard(FactKind.CHECKOUT, checkout, now + DAY)
    assert Client().get(link()).status_code == 410


def test_the_link_of_somebody_who_is_forgotten(story: Story, now: datetime) -> None:
    """Nothing is left that it could tell: the page in the browser's language, and the way to the shop."""
    ana = story.customer("Ana", now - DAY)
    checkout = story.leaves(now, customer=ana)
    story.beat(now + 4 * HOUR)
    path = link()
    forget.forget(profile("Ana"), now=now + 5 * HOUR)
    for dead in (Client().get(path, headers={"accept-language": "es"}), Client().post(path)):
        assert dead.status_code == 410 and checkout not in text(dead) and "Ana" not in text(dead)
    assert "ya no está abierta" in text(Client().get(path, headers={"accept-language": "es"}))
    assert checkout not in str(list(Enrolment.objects.values()))


@pytest.mark.parametrize("which", range(7))
def test_a_link_that_we_did_not_sign(story: Story, now: datetime, which: int) -> None:
    """Forged, cut off, made for something else: 404, and nothing about anybody."""
    ana = story.customer("Ana", now - DAY)
    story.leaves(now, customer=ana)
    story.beat(now + 4 * HOUR)
    token = link().split("/")[2]
    name, _, signature = token.rpartition(".")
    ours = profile("Ana").public_id
    forged = [
        name, token[:-1], f"{int(name.split('-')[0]) + 1}-{name.split('-')[1]}.{signature}", f"{name}0.{signature}",
        links.leave_token(ours), links.stay_token(ours), "x",
    ][which]  # fmt: skip
    for answer in (Client().get(f"/checkout/{forged}/"), Client().post(f"/checkout/{forged}/")):
        assert answer.status_code == 404 and "This link does not work" in text(answer)
        assert "Location" not in answer
    assert Client().get(f"/leave/{token}/").status_code == 404


def test_a_shop_without_a_storefront_leads_nobody_astray(story: Story, now: datetime) -> None:
    """Nobody has said where the storefront is: no mail leaves that could lead nowhere."""
    models.Shop.objects.update(storefront_url="")
    ana = story.customer("Ana", now - DAY)
    story.leaves(now, customer=ana)
    assert story.beat(now + 4 * HOUR) == 0
    assert (Touch.objects.get().state, Touch.objects.get().reason) == ("failed", "no_storefront")
    assert conf.host().checkout_url("eur", "x") == ""


def test_in_spanish(story: Story, now: datetime) -> None:
    """Mail and page."""
    ana = story.customer("Ana", now - DAY)
    Profile.objects.update(language="es")
    story.leaves(now, customer=ana)
    assert story.beat(now + 4 * HOUR) == 1
    assert "Tu cesta" in mail.outbox[0].subject and "Volver a mi cesta" in text(Client().get(link()))


def test_sending_twice_at_once_sends_once(story: Story, now: datetime) -> None:
    """The plan runs twice in the hour."""
    ana = story.customer("Ana", now - DAY)
    story.leaves(now, customer=ana)
    score.score_stale(now)
    story.shop.set_clock(now + 4 * HOUR)
    for _ in range(2):
        plan.consider_all(now + 4 * HOUR)
    swept()
    assert [send.send_due(now=now + 4 * HOUR).sent for _ in range(2)] == [1, 0]


def test_who_is_held_out_of_everything_commercial_hears_nothing_of_it(story: Story, now: datetime) -> None:
    """A reminder sells: Ana enters the shop-wide control group by it, and it does not start; Bea hears."""
    hold_out(now - DAY)
    for name, arm in (("Ana", "control"), ("Bea", "treated")):
        account = story.customer(name, now - DAY)
        Profile.objects.filter(pk=profile(name).pk).update(arm_key=key_in(arm))
        story.leaves(now, customer=account)
    assert [story.beat(now + 4 * HOUR), story.beat(now + 5 * HOUR)] == [1, 0]
    assert mail.outbox[0].to == ["bea@tea.example"] and arms() == {
        profile("Ana").pk: "control",
        profile("Bea").pk: "treated",
    }
