"""What a corrected purchase says to those who do not ask for corrections: how somebody is addressed, refunds, whoever
corrects at the same time, whose it turns out to be."""

from dataclasses import replace
from typing import Any

import pytest

from saleor_relacional.db import sql
from saleor_relacional.errors import Refused
from saleor_relacional.flows.campaigns.kinds import fragments
from saleor_relacional.flows.ingest import record as recording
from saleor_relacional.flows.ledger import purchase_corrections, remarks
from saleor_relacional.flows.ledger.entries import name
from saleor_relacional.models import Profile, Purchase, PurchaseCorrection
from tests.support.campaign_stories import a_fit
from tests.support.instants import NOON
from tests.support.tell import order, refund

BY = "staff:3"
ANA = "ana@shop.example"


@pytest.fixture
def ana(db: Any, shop: Any) -> Profile:
    """Her own order, and one that somebody else placed with her address."""
    a_fit(NOON)
    recording.record([replace(order("own", ANA, days_ago=20), first_name="Ana", language="es")], now=NOON)
    recording.record([replace(order("beas", ANA, days_ago=9), first_name="Bea", language="en")], now=NOON)
    return Profile.objects.get(email_key=ANA)


def correct(profile: Profile, right: str) -> None:
    row = Purchase.objects.get(reference="beas")
    purchase_corrections.correct(profile, entry=name("purchase", row.pk), right=right, by=BY, now=NOON)


def test_how_she_is_addressed_is_not_taken_from_what_is_not_hers(ana: Profile) -> None:
    """Her own order tells it again, and the other one, however often it is told, does not."""
    correct(ana, "not_mine")
    recording.record(
        [replace(order("own", ANA, days_ago=20, total="21.00"), first_name="Ana", language="es")], now=NOON
    )
    recording.record(
        [replace(order("beas", ANA, days_ago=9, total="22.00"), first_name="Bea", language="en")], now=NOON
    )
    ana.refresh_from_db()
    assert (ana.first_name, ana.language) == ("Ana", "es")


def test_what_went_back_of_it_went_back_to_nobody(ana: Profile) -> None:
    """Campaigns that pass by whoever got money back do not for the sake of an order that was not hers."""
    recording.record([order("beas", ANA, days_ago=9, refunds=(refund("r", "beas", "5"),))], now=NOON)
    asked = f"SELECT {fragments.REFUNDED} FROM (SELECT %(of)s::bigint AS profile_id) s"
    told = {"of": ana.pk, "now": NOON}
    assert sql.rows(asked, told) == [(True,)]
    correct(ana, "not_mine")
    assert sql.rows(asked, told) == [(False,)]


def test_a_remark_does_not_overrule_what_a_colleague_corrected_otherwise(ana: Profile) -> None:
    """Bea's colleague called it a gift at the order itself while the remark said that it was not hers."""
    row = Purchase.objects.get(reference="beas")
    said = remarks.say(ana, kind="correction", now=NOON, entry=name("purchase", row.pk), right="not_mine")
    correct(ana, "gift")
    with pytest.raises(Refused) as refused:
        purchase_corrections.accept(said.public_id, by=BY, now=NOON)
    assert refused.value.code == "CONFLICT"
    row.refresh_from_db()
    said.refresh_from_db()
    assert row.corrected == "gift" and said.answered_at is None


def test_what_turns_out_to_be_anothers_holds_of_her_no_more(ana: Profile) -> None:
    """The record of it ends with the move; nobody undid it."""
    correct(ana, "not_mine")
    recording.record([order("beas", "bea@shop.example", days_ago=9)], now=NOON)
    held = PurchaseCorrection.objects.get()
    assert held.profile == ana and (held.undone_at, held.undone_by) == (NOON, "")
