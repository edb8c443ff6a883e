"""The whole way with two databases, each door opened as in a shop: committed, guarded, and at the end nothing is in the
wrong place."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail

from saleor_relacional import conf, tasks
from saleor_relacional.db import sql
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.evidence import results
from saleor_relacional.flows.incentives import wallet
from saleor_relacional.flows.ingest import sweep
from saleor_relacional.flows.operations import doctor, health, uninstall
from saleor_relacional.flows.people import forget
from saleor_relacional.flows.scoring import score
from saleor_relacional.hosts.facts import FactKind
from saleor_relacional.models import (
    Basis,
    Campaign,
    CustomerSummary,
    Enrolment,
    Entitlement,
    Fit,
    Incentive,
    Prediction,
    Profile,
    Purchase,
    Touch,
)
from tests.api.asking import Asker, operation
from tests.databases.guard import tables, there
from tests.support.campaign_stories import CHANNEL, SALT, one_step, open_shop

pytestmark = pytest.mark.django_db(transaction=True)

OURS, HOST = conf.database(), conf.HOST_DATABASE


def customers(shop: Any, now: datetime) -> dict[str, str]:
    """Twelve who buy every month; the first six stopped four months ago."""
    made = {}
    for number in range(12):
        email = f"person{number}@shop.example"
        account = made[email] = shop.customer(email, first_name=f"Person{number}")
        last = 120 if number < 6 else 5
        for month in range(5):
            placed = now - timedelta(days=last + 30 * month + number)
            shop.order(customer=account, email=email, placed_at=placed)
    return made


def write_to_everybody(now: datetime) -> Campaign:
    """The owner's decisions, everybody's agreement, and a win-back of ten per cent."""
    open_shop(now)
    for profile in Profile.objects.all():
        consent.give(profile, basis=Basis.OPT_IN, source="storefront", text="Tea news.", now=now)
    campaign = campaigns.create(
        name="Win back", now=now, salt=SALT,
        terms=one_step(
            discount="percentage", value=Decimal(10), stages=("slipping", "lapsed", "lost"), control_share=Decimal(0)
        ),
    )  # fmt: skip
    return campaigns.activate(campaign, now=now)


def test_from_the_first_order_to_the_last_goodbye(shop: Any, now: datetime) -> None:
    """Read, believed, written to, redeemed, credited, asked about over the API, forgotten, left."""
    accounts = customers(shop, now)
    for kind in FactKind:
        sweep.sync(kind, now=now)
    assert (Profile.objects.count(), Purchase.objects.count()) == (12, 60)
    tasks.score_stale()
    score.refit(now)
    assert (
        Fit.objects.get(adopted=True).customers,
        CustomerSummary.objects.count(),
        Prediction.objects.count(),
    ) == (
        12,
        12,
        12,
    )

    campaign = write_to_everybody(now)
    tasks.plan()
    assert Enrolment.objects.filter(state="started").count() == Incentive.objects.count() == 6
    tasks.send()
    assert (len(mail.outbox), Entitlement.objects.using(HOST).count()) == (6, 6)

    ana = Profile.objects.get(email_key="person0@shop.example")
    [offer] = wallet.wallet(ana, now)
    checkout = shop.checkout(customer=accounts[ana.email], email=ana.email, channel=CHANNEL)
    assert shop.put_code(checkout, offer.code)
    tasks.record(FactKind.CHECKOUT.value, [checkout])
    order = shop.complete(checkout).order
    tasks.record(FactKind.ORDER.value, [order])
    bought = Purchase.objects.get(reference=order)
    assert Entitlement.objects.get(code=offer.code).order == order
    assert Touch.objects.get(profile=ana).credited_purchase_id == bought.pk
    assert Incentive.objects.get(profile=ana).state == "redeemed"
    assert CustomerSummary.objects.get(profile=ana).stage == "recovered"
    assert results.results(campaign, now).counts.treated == 6

    owner = Asker(shop.context(account=shop.staff("MANAGE_USERS", "MANAGE_RELATIONSHIPS")))
    page = owner.data("{ relationshipProfiles(first: 20) { totalCount edges { node { id stage } } } }")
    assert (page["relationshipProfiles"]["totalCount"], len(page["relationshipProfiles"]["edges"])) == (
        12,
        12,
    )
    one = page["relationshipProfiles"]["edges"][0]["node"]
    assert owner.data(operation("profile"), id=one["id"])["relationshipProfile"]["stage"] == one["stage"]
    assert owner.data(operation("health"))["relationshipHealth"]["unknownTouches"] == 0
    mine = Asker(shop.context(account=accounts["person1@shop.example"]))
    assert len(mine.data(operation("me"))["me"]["relationship"]["offers"]) == 1

    tasks.patrol()
    tasks.expire()
    assert forget.forget(ana, now=now)
    kept = Entitlement.objects.get(code=offer.code)
    assert (kept.owner_account, bytes(kept.owner_email_digest), kept.withdrawn) == ("", bytes(32), True)
    assert (
        not Profile.objects.filter(pk=ana.pk).exists()
        and not Purchase.objects.filter(reference=order).exists()
    )
    assert health.health(now).errors == ()
    assert not {"tables_missing", "tables_left"} & {one.code for one in doctor.findings(now)}

    left = uninstall.uninstall(now)
    assert (left.campaigns, left.incentives, left.vouchers) == (1, 5, 1)
    assert {alias: there(alias) for alias in (HOST, OURS)} == {
        alias: set(found) for alias, found in tables().items()
    }
    assert sql.rows("SELECT count(*) FROM saleor_relacional_entitlement", using=HOST) == [(6,)]
