"""What a mail says is true of the person and of the shop, and a name carries no advertisement into it."""

from typing import Any

import pytest
from django.core import mail

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.operations import place
from saleor_relacional.flows.sending import send
from saleor_relacional.hosts.standalone import models as shop_models
from saleor_relacional.models import (
    Declaration,
    Entitlement,
    HabitShift,
    Profile,
)
from tests.support.campaign_stories import customer
from tests.support.instants import DAY
from tests.support.mailing import (
    campaign,
    due,
    promise_of,
)
from tests.support.people import every


def test_a_shop_without_an_address_gives_no_dead_button(shop: Any, now: Any) -> None:
    """No storefront URL is configured: the mail has no button that leads nowhere; with one it has."""
    running = campaign(now)
    due(running, now, "Ana")
    send.send_due(now=now)
    shop_models.Shop.objects.update(storefront_url="https://tea.example/shop")
    due(running, now, "Bea")
    send.send_due(now=now)
    anas, beas = mail.outbox
    assert 'href=""' not in anas.alternatives[0].content and "Visit" not in anas.body
    assert "https://tea.example/shop" in beas.body
    assert 'href="https://tea.example/shop' in beas.alternatives[0].content


@pytest.mark.parametrize(
    ("storefront", "link"),
    [
        ("https://tea.example", "https://tea.example?promoCode=CODE"),
        ("https://tea.example/es/?ref=mail&x=#top", "https://tea.example/es/?ref=mail&x=&promoCode=CODE#top"),
        ("https://tea.example/?promoCode=OTHER", "https://tea.example/?promoCode=CODE"),
    ],
)
def test_the_button_brings_the_code_along(shop: Any, now: Any, storefront: str, link: str) -> None:
    """One tap: the storefront is told the code that the mail shows, whatever else its URL says."""
    shop_models.Shop.objects.update(storefront_url=storefront)
    [bea] = due(campaign(now), now, "Bea")
    send.send_due(now=now)
    link = link.replace("CODE", promise_of(bea).code)
    [sent] = mail.outbox
    assert sent.body.split("Visit")[1].split(": ", 1)[1].split()[0] == link
    assert f'href="{link.replace("&", "&amp;")}"' in sent.alternatives[0].content


def test_the_button_leads_where_the_owner_says(shop: Any, now: Any) -> None:
    """A page of the storefront that takes codes. What is none is refused when it is said, and nothing changes."""
    place.decide(storefront_url="https://tea.example/{channel}/", offer_link="take?c={code}")
    for wrong in ("/take", "https://evil.example/{checkout}"):
        with pytest.raises(BadInput) as refused:
            place.decide(storefront_url="https://elsewhere.example", offer_link=wrong)
        assert refused.value.field == "offerLink"
    [bea] = due(campaign(now), now, "Bea")
    send.send_due(now=now)
    assert (
        f'href="https://tea.example/eur/take?c={promise_of(bea).code}"'
        in mail.outbox[0].alternatives[0].content
    )


def test_a_mail_without_an_offer_brings_no_code_along(shop: Any, now: Any) -> None:
    """The storefront's URL stands as the owner wrote it."""
    shop_models.Shop.objects.update(storefront_url="https://tea.example/?x")
    due(campaign(now, discount="", value=None), now, "Ana")
    send.send_due(now=now)
    assert 'href="https://tea.example/?x"' in mail.outbox[0].alternatives[0].content


def test_just_a_word_when_nothing_is_offered(shop: Any, now: Any) -> None:
    """No incentive is the default: no code, no voucher, no claim."""
    due(campaign(now, discount="", value=None), now, "Ana")
    assert send.send_due(now=now).sent == 1
    assert "%" not in mail.outbox[0].subject
    assert not Entitlement.objects.exists() and not shop_models.VoucherCode.objects.exists()


def test_rhythm_is_mentioned_only_where_there_is_one(shop: Any, now: Any) -> None:
    """Two purchases are no habit; three are; since habits changed, the new one counts; and who said when they buy is
    not told of an old one: the reason must be true."""
    eva = customer("Eva", now, days_ago=[*every(30, 5, last=134), *every(7, 3, last=90)])
    HabitShift.objects.create(
        profile_id=eva.pk, what="rhythm", happened_on=(now - 104 * DAY).date(), learned_at=now, p_value=0.001
    )
    running = campaign(now)
    due(running, now, "Ana", days_ago=every(30, 2, last=400))
    _, fay = due(running, now, "Bea", "Fay", days_ago=every(30, 3, last=200))
    Declaration.objects.create(profile=fay, every_days=21, declared_by="customer", declared_at=now)
    send.send_due(now=now)
    text = {sent.to[0]: " ".join(sent.body.split()) for sent in mail.outbox}
    assert "have not ordered since" in text["ana@shop.example"]
    assert "about every 30 days" in text["bea@shop.example"]
    assert "about every 7 days" in text["eva@shop.example"]
    assert "have not ordered since" in text["fay@shop.example"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Ana", "Ana"), ("María José", "María José"), ("J.R.", "J.R."), ("O'Neill", "O'Neill"), ("王", "王"), ("", ""),
        ("win at evil.example", ""), ("http://evil.example", ""), ("www evil", ""), ("call 555 0199", ""),
        ("write to eve@evil.example", ""), ("Ana " * 20, ""), ("Ana\r\nBcc: eve@evil.example", ""),
        ("Ana\u202e", "Ana"),
    ],
)  # fmt: skip
def test_a_name_that_is_an_advertisement(shop: Any, now: Any, typed: str, said: str) -> None:
    """Eve types Bea's address and a name of her own making into a checkout: our mail to Bea carries no link of hers."""
    [bea] = due(campaign(now), now, "Bea")
    Profile.objects.filter(pk=bea.pk).update(first_name=typed)
    assert send.send_due(now=now).sent == 1
    [sent] = mail.outbox
    for part in (sent.subject, sent.body, str(sent.alternatives[0][0])):
        part = part.replace(promise_of(bea).code, "")  # digits of its own
        assert "evil" not in part and "555" not in part
    assert not said or said in sent.body or said.replace("'", "&#x27;") in sent.body
