"""The customer, and staff for them, say what they ask of the shop; anybody signs an address up."""

from datetime import datetime
from typing import Any

import pytest

from saleor_relacional.flows.preferences import preferences, topics
from saleor_relacional.models import Basis, Consent, Profile, Signup
from tests.api.asking import Asker, operation

pytestmark = pytest.mark.django_db

EVERYTHING = {
    "perWeek": 1, "perMonth": 2, "pausedUntil": "2026-04-01T00:00:00+00:00", "unwantedTopics": ["teas"],
    "quietFrom": "20:00", "quietTo": "09:00", "timeZone": "Europe/Madrid", "language": "es",
    "notBefore": "2026-05-01", "everyDays": 42.0, "justLooking": False, "doNotSell": True, "noProfiling": True,
}  # fmt: skip


def test_she_says_all_of_it_and_reads_it_again(shop: Any, now: datetime, ana: str) -> None:
    """Every field is kept as said; null takes it back."""
    topics.declare("teas", {"en": "New teas", "es": "Tés nuevos"}, now=now)
    asker = Asker(shop.context(account=ana))
    said = asker.data(operation("preferences"), input=EVERYTHING)["relationshipPreferencesUpdate"]
    assert said == {"preferences": EVERYTHING, "errors": []}
    seen = asker.data(operation("my-preferences"))
    assert seen["relationshipTopics"] == [{"key": "teas", "name": "Tés nuevos"}]
    assert seen["me"]["relationship"]["preferences"] == EVERYTHING
    [statement] = seen["me"]["relationship"]["consentStatements"]
    assert (statement["purpose"], statement["basis"]) == ("PROFILING", "OPT_OUT")
    nothing = {name: False if isinstance(value, bool) else None for name, value in EVERYTHING.items()}
    asker.data(operation("preferences"), input={**nothing, "unwantedTopics": []})
    assert preferences.of(Profile.objects.get().pk) == preferences.Preferences()


def test_staff_say_it_for_her(shop: Any, ana: str, owner: Asker) -> None:
    """With an id; the word is staff's."""
    profile = Profile.objects.get()
    ids = owner.data("{ relationshipProfiles(first: 1) { edges { node { id } } } }")
    key = ids["relationshipProfiles"]["edges"][0]["node"]["id"]
    said = owner.data(operation("preferences"), id=key, input={"noProfiling": True})
    assert said["relationshipPreferencesUpdate"]["errors"] == []
    assert Consent.objects.get(profile=profile).source == "staff"


def test_what_is_wrong_names_its_field(shop: Any, ana: str) -> None:
    """And nothing of it is kept."""
    asker = Asker(shop.context(account=ana))
    for field, wrong in (
        ("pausedUntil", "soon"),
        ("perWeek", 9),
        ("quietFrom", "20:00"),
        ("notBefore", "1 May"),
    ):
        said = asker.data(operation("preferences"), input={"justLooking": True, field: wrong})
        assert [one["field"] for one in said["relationshipPreferencesUpdate"]["errors"]] == [field]
    assert preferences.of(Profile.objects.get().pk) == preferences.Preferences()


def test_consent_goes_by_purpose(shop: Any, ana: str) -> None:
    """She agrees to content alone; service needs no consent; profiling is objected to with the same mutation."""
    asker = Asker(shop.context(account=ana))
    agreed = asker.data(operation("consent"), granted=True, text="News.", purposes=["CONTENT"])
    assert agreed["relationshipConsentUpdate"]["relationship"] == {"consents": ["CONTENT"]}
    refused = asker.data(operation("consent"), granted=True, text="Yes.", purposes=["SERVICE"])
    assert refused["relationshipConsentUpdate"]["errors"][0]["field"] == "purposes"
    asker.data(operation("consent"), granted=False, purposes=["PROFILING"])
    profile = Profile.objects.get()
    assert preferences.of(profile.pk).no_profiling
    assert Consent.objects.get(purpose="profiling").basis == Basis.OPT_OUT
    seen = asker.data("{ me { relationship { consentBasis(purpose: CONTENT) beliefs { name } } } }")
    assert seen["me"]["relationship"] == {"consentBasis": "OPT_IN", "beliefs": []}


def test_anybody_signs_an_address_up(shop: Any, ana: str) -> None:
    """Known or not, the answer is the same; too often is refused with a code."""
    nobody = Asker()
    told = [
        nobody.data(operation("newsletter"), email=email, text="News, please.")
        for email in ("ana@example.com", "nobody@example.com")
    ]
    assert told[0] == told[1] == {"relationshipNewsletterSignup": {"errors": []}}
    assert Signup.objects.count() == 2 and not Consent.objects.exists()
    codes = set()
    for number in range(20):
        answer = nobody.data(operation("newsletter"), email=f"p{number}@example.com", text="News, please.")
        codes |= {one["code"] for one in answer["relationshipNewsletterSignup"]["errors"]}
    assert codes == {"TOO_OFTEN"} and Signup.objects.count() == 20
