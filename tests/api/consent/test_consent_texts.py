"""The words that people agree to, over the API: anybody reads what holds, the owner writes and reads every version."""

from datetime import datetime
from typing import Any

import pytest

from saleor_relacional.flows import consent_texts
from saleor_relacional.models import ConsentText
from tests.api.asking import Asker, operation
from tests.support.instants import DAY

pytestmark = pytest.mark.django_db
MINE = {"place": "NEWSLETTER", "language": "es-MX", "text": "Sí, quiero saber de {shop}.", "basis": 0}


def test_an_owner_writes_and_anybody_reads(shop: Any, owner: Asker, now: datetime) -> None:
    """In the language of whoever reads, with the shop's name; every version stays to be read."""
    saved = owner.data(operation("consent-text-update"), **MINE)["relationshipConsentTextUpdate"]
    assert saved == {"version": {"number": 1, "text": MINE["text"]}, "errors": []}
    anybody = Asker(shop.context())
    read = anybody.data(operation("consent-text"), place="NEWSLETTER", language="es-mx")[
        "relationshipConsentText"
    ]
    name = shop.host.shop_name()
    assert read == {"text": f"Sí, quiero saber de {name}.", "language": "es-mx", "key": "es-mx:1"}
    shop.set_clock(now + DAY)
    owner.data(operation("consent-text-update"), **{**MINE, "text": "", "basis": 1})
    versions = owner.data(operation("consent-text-versions"), place="NEWSLETTER")[
        "relationshipConsentTextVersions"
    ]
    assert [(one["number"], one["text"]) for one in versions] == [(2, ""), (1, MINE["text"])]
    assert versions[0]["madeBy"].startswith("staff:")


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"language": "klingon"}, "language", "INVALID"), ({"text": "Yes, {you}"}, "text", "INVALID"),
        ({"basis": 4}, "basis", "CONFLICT"),
    ],
)  # fmt: skip
def test_what_is_wrong_names_its_field(
    shop: Any, owner: Asker, changed: dict[str, Any], field: str, code: str
) -> None:
    said = owner.data(operation("consent-text-update"), **{**MINE, **changed})[
        "relationshipConsentTextUpdate"
    ]
    assert [(one["field"], one["code"]) for one in said["errors"]] == [(field, code)]
    assert not ConsentText.objects.exists()


def test_what_buyers_are_told_in_a_language(shop: Any, owner: Asker, now: datetime) -> None:
    """By the policy: the first language is the one that is read there; others stand beside it."""
    change = """mutation ($input: RelationshipPolicyInput!) { relationshipPolicyUpdate(input: $input) {
        policy { softOptInText softOptInLanguage } errors { field } } }"""
    first = {"softOptIn": True, "softOptInText": "Escribimos a quien compra.", "softOptInLanguage": "es"}
    said = owner.data(change, input=first)["relationshipPolicyUpdate"]
    assert said["policy"] == {"softOptInText": "Escribimos a quien compra.", "softOptInLanguage": "es"}
    owner.data(change, input={"softOptInText": "We write to buyers.", "softOptInLanguage": "en"})
    assert consent_texts.of("soft_opt_in", "en").text == "We write to buyers."
    assert consent_texts.of("soft_opt_in", "es").text == "Escribimos a quien compra."
    assert ConsentText.objects.earliest("pk").made_by.startswith("staff:")
    wrong = owner.data(change, input={"softOptInText": "x", "softOptInLanguage": "xx"})[
        "relationshipPolicyUpdate"
    ]
    assert wrong["errors"] == [{"field": "softOptInLanguage"}]
