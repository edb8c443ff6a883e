"""A customer's own relationship, and who else may see it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from graphql_relay import to_global_id

from saleor_relacional.models import Basis, Consent, Objection, Profile
from tests.api.asking import Asker, operation

pytestmark = pytest.mark.django_db


def test_ana_reads_where_she_stands(shop: Any, ana: str, now: datetime) -> None:
    """The documented storefront query answers with stage, window, no offer and no consent."""
    mine = Asker(shop.context(account=ana)).data(operation("me"))["me"]["relationship"]
    assert mine["stage"] == "LOYAL"
    assert datetime.fromisoformat(mine["since"]) <= now
    window = mine["rhythm"]["expectedNextOrder"]
    assert now <= datetime.fromisoformat(window["from"]) < datetime.fromisoformat(window["until"])
    assert mine["offers"] == [] and mine["consents"] == []


def test_nobody_else_reads_it(shop: Any, ana: str) -> None:
    """Another customer, staff without the permission, an app without it and a stranger get no word of it."""
    query = "query ($id: ID!) { user(id: $id) { email relationship { stage } } }"
    for context in (
        None,
        shop.context(account=shop.customer("eve@example.com")),
        shop.context(account=shop.staff("MANAGE_ORDERS")),
        shop.context(app=("MANAGE_RELATIONSHIPS",)),
    ):
        answer = Asker(context).ask(query, id=to_global_id("User", ana))
        assert answer["data"] == {"user": None}
        assert answer["errors"][0]["extensions"]["exception"]["code"] == "PermissionDenied"


def test_who_may_manage_users_reads_it(shop: Any, ana: str, reader: Asker) -> None:
    """Staff and apps with MANAGE_USERS."""
    for asker in (reader, Asker(shop.context(app=("MANAGE_USERS",)))):
        found = asker.data(operation("user"), id=to_global_id("User", ana))
        assert found["user"]["relationship"]["stage"] == "LOYAL"


def test_an_unconfirmed_address_opens_nothing(shop: Any, now: datetime, learn: Any) -> None:
    """Mallory registers the address that Bea bought with as a guest: she sees a stranger's empty relationship until the
    address is confirmed, and cannot speak for it."""
    shop.order(email="bea@example.com", placed_at=now - timedelta(days=5))
    mallory = shop.customer("bea@example.com", confirmed=False)
    learn()
    asker = Asker(shop.context(account=mallory))
    seen = asker.data("{ me { relationship { stage purchases sold { amount } consentBasis } } }")
    assert seen["me"]["relationship"] == {
        "stage": "PROSPECT", "purchases": 0, "sold": None, "consentBasis": None,
    }  # fmt: skip
    for granted in (True, False):
        said = asker.data(operation("consent"), granted=granted, text="Yes.")["relationshipConsentUpdate"]
        assert [error["code"] for error in said["errors"]] == ["NOT_CONFIRMED"]
    assert not Consent.objects.exists() and not Objection.objects.exists()

    shop.confirm(mallory)
    learn()
    seen = Asker(shop.context(account=mallory)).data("{ me { relationship { stage purchases } } }")
    assert seen["me"]["relationship"] == {"stage": "NEW", "purchases": 1}


def test_an_unconfirmed_account_does_not_learn_of_an_objection(shop: Any, now: datetime, learn: Any) -> None:
    """That somebody at this address objected is theirs to know."""
    shop.order(email="bea@example.com", placed_at=now - timedelta(days=5))
    learn()
    from saleor_relacional.flows.consent import consent

    consent.record_objection(Profile.objects.get(email_key="bea@example.com"), source="one_click", now=now)
    mallory = shop.customer("bea@example.com", confirmed=False)
    learn()
    seen = Asker(shop.context(account=mallory)).data("{ me { relationship { consentBasis consents } } }")
    assert seen["me"]["relationship"] == {"consentBasis": None, "consents": []}


def test_ana_agrees_and_objects(shop: Any, ana: str) -> None:
    """Each is a dated statement with its words; the latest counts; agreeing without words is refused."""
    asker = Asker(shop.context(account=ana))
    refused = asker.data(operation("consent"), granted=True)["relationshipConsentUpdate"]
    assert refused["relationship"] is None
    assert refused["errors"][0]["code"] == "REQUIRED" and refused["errors"][0]["field"] == "text"
    assert not Consent.objects.exists()

    agreed = asker.data(operation("consent"), granted=True, text="News by mail, please.")
    assert agreed["relationshipConsentUpdate"] == {
        "relationship": {"consents": ["CONTENT", "OFFERS"]}, "errors": [],
    }  # fmt: skip
    objected = asker.data(operation("consent"), granted=False)
    assert objected["relationshipConsentUpdate"] == {"relationship": {"consents": []}, "errors": []}
    said = Consent.objects.filter(purpose="offers").order_by("id").values_list("basis", "source", "text")
    assert list(said) == [
        (Basis.OPT_IN, "storefront", "News by mail, please."),
        (Basis.OPT_OUT, "storefront", ""),
    ]


def test_a_program_cannot_agree_for_somebody(shop: Any, ana: str) -> None:
    """Consent is the customer's own word."""
    answer = Asker(shop.context(app=("MANAGE_USERS", "MANAGE_RELATIONSHIPS"))).ask(
        operation("consent"), granted=True, text="Yes."
    )
    assert answer["data"] == {"relationshipConsentUpdate": None}
    assert answer["errors"][0]["extensions"]["exception"]["code"] == "PermissionDenied"
    assert not Consent.objects.exists()


def test_one_relationship_in_full(shop: Any, ana: str, reader: Asker) -> None:
    """The documented query, with money net of what went back, and the account behind it."""
    profile = Profile.objects.get(email_key="ana@example.com")
    found = reader.data(operation("profile"), id=to_global_id("RelationshipProfile", profile.public_id))
    person = found["relationshipProfile"]
    assert person["sold"] == {"amount": 40.0, "currency": "EUR"} == person["kept"]
    assert person["refunded"] == {"amount": 0.0, "currency": "EUR"}
    assert person["purchases"] == 4 and person["rhythm"]["ownGaps"] == 3
    assert 25 < person["rhythm"]["typicalDays"] < 40
    beliefs = {belief["name"]: belief for belief in person["beliefs"]}
    assert 0 < beliefs["ORDER_30"]["value"] < beliefs["ORDER_365"]["value"] < 1
    assert person["user"]["email"] == "ana@example.com"
    assert [edge["node"]["cause"] for edge in person["stageHistory"]["edges"]] == ["history"]


def test_an_id_of_something_else_is_refused(reader: Asker) -> None:
    """A global id names its type."""
    answer = reader.ask(operation("profile"), id=to_global_id("User", "1"))
    assert answer["data"] == {"relationshipProfile": None}
    assert "Expected: RelationshipProfile" in answer["errors"][0]["message"]
