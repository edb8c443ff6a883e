"""What customers can do while the shop has switched us off: leave, take their data, be erased. Nothing else would come
to anything, and so nothing else answers success."""

from typing import Any

import pytest
from graphql_relay import to_global_id

from saleor_relacional.flows.consent import consent
from saleor_relacional.hosts.standalone import models as shop_models
from saleor_relacional.models import Consent, Feedback, Preference, Profile, Remark, Signup
from tests.api.asking import Asker

pytestmark = pytest.mark.django_db

ERRORS = "errors { code message }"
REMARK = to_global_id("RelationshipRemark", "00000000-0000-0000-0000-000000000000")
CHECKOUT = to_global_id("Checkout", "00000000-0000-0000-0000-000000000000")
REFUSED = {
    "preferences": "relationshipPreferencesUpdate(input: {justLooking: true})",
    "tell": 'relationshipTell(input: {kind: WISH, text: "More tea."})',
    "remark": 'relationshipRemarkCreate(kind: NOTE, words: "No.")',
    "remark taken back": f'relationshipRemarkDelete(id: "{REMARK}")',
    "rhythm": "relationshipRhythmDeclare(everyDays: 42)",
    "rhythm taken back": "relationshipRhythmWithdraw",
    "offer": f'relationshipOfferApply(checkoutId: "{CHECKOUT}")',
    "consent": 'relationshipConsentUpdate(granted: true, text: "Yes.")',
    "newsletter": 'relationshipNewsletterSignup(email: "bea@example.com", text: "Yes.")',
}


@pytest.fixture
def herself(shop: Any, ana: str) -> Asker:
    """Ana, signed in, in a shop that has switched us off."""
    shop_models.Shop.objects.update(relational_active=False)
    return Asker(shop.context(account=ana))


@pytest.mark.parametrize("asked", REFUSED.values(), ids=REFUSED)
def test_refused_alike(herself: Asker, asked: str) -> None:
    """By one code, and nothing is kept."""
    told = herself.data(f"mutation {{ told: {asked} {{ {ERRORS} }} }}")["told"]
    assert [one["code"] for one in told["errors"]] == ["PLUGIN_OFF"]
    assert not any(model.objects.exists() for model in (Preference, Feedback, Remark, Signup, Consent))


def test_leaving_the_export_and_erasure_go_on(herself: Asker, now: Any) -> None:
    """As on the page behind a mail's link."""
    left = herself.data(f"mutation {{ told: relationshipConsentUpdate(granted: false) {{ {ERRORS} }} }}")
    assert left["told"]["errors"] == [] and consent.has_left(Profile.objects.get().pk, now=now)
    taken = herself.data(
        f"mutation {{ told: relationshipDataExport(form: JSON) {{ export {{ file }} {ERRORS} }} }}"
    )
    assert taken["told"]["errors"] == [] and taken["told"]["export"]["file"]
    erase = f"mutation($sure: String) {{ told: relationshipErase(sure: $sure) {{ sure erased {ERRORS} }} }}"
    sure = herself.data(erase)["told"]["sure"]
    assert herself.data(erase, sure=sure)["told"] == {"sure": None, "erased": True, "errors": []}


def test_staff_go_on_noting(herself: Asker, owner: Asker) -> None:
    """What a customer told them on the phone is kept all the same."""
    key = to_global_id("RelationshipProfile", str(Profile.objects.get().public_id))
    asked = f'relationshipPreferencesUpdate(id: "{key}", input: {{justLooking: true}}) {{ {ERRORS} }}'
    assert owner.data(f"mutation {{ told: {asked} }}")["told"]["errors"] == []
