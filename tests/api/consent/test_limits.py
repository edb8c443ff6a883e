"""Every mutation that needs no permission of staff is counted by account: whoever asks too often is told to wait, also
when each try was refused."""

from typing import Any

import pytest

from saleor_relacional.flows.limits import limit
from saleor_relacional.graphql.mutations import answer, offers
from saleor_relacional.models import Knock
from tests.api.asking import Asker
from tests.security import walk

pytestmark = pytest.mark.django_db

GIVEN = {
    "relationshipConsentUpdate": {"granted": True, "text": "Yes."}, "relationshipDataExport": {"form": "JSON"},
    "relationshipOfferApply": {"checkoutId": "Q2hlY2tvdXQ6NWVjMGRlMDAtMDAwMC00MDAwLTgwMDAtMDAwMDAwMDAwMDAw"},
    "relationshipPreferencesUpdate": {"input": {}}, "relationshipTell": {"input": {"kind": "WISH", "text": "x"}},
    "relationshipRemarkCreate": {"kind": "NOTE", "words": "x"}, "relationshipRemarkDelete": {"id": "x"},
    "relationshipRhythmDeclare": {"everyDays": 20.0}, "relationshipRhythmWithdraw": {}, "relationshipErase": {},
    "relationshipTimeZoneDeclare": {"timeZone": "Asia/Tokyo"},
    "relationshipNewsletterSignup": {"email": "a@example.com", "text": "Yes."},
}  # fmt: skip
TURNED_AWAY = ({"TOO_MANY"}, {"TOO_OFTEN"})


def of_customers() -> dict[str, walk.Field]:
    """Name → mutation, of those that ask for no permission of staff."""
    told = walk.schema().get_type_map()["Mutation"].fields
    return {
        field.name: field for field in walk.fields()
        if field.root == "mutation" and any(
            words in told[field.name].description for words in ("AUTHENTICATED_USER", "Requires no permission")
        )
    }  # fmt: skip


def codes(asker: Asker, field: walk.Field, given: dict[str, Any]) -> set[str]:
    """Of the errors of one try."""
    answered = asker.ask(*field.question(given)[:1], **given)
    return {one["code"] for one in answered["data"][field.name]["errors"]}


def test_each_is_named_here() -> None:
    """Whoever adds one says what it is asked with."""
    assert set(of_customers()) == set(GIVEN)


@pytest.mark.parametrize("name", GIVEN)
def test_each_is_counted(shop: Any, ana: str, learn: Any, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """None is left out."""
    learn()
    monkeypatch.setattr(limit, "allowed", lambda *given, **named: False)
    field = of_customers()[name]
    assert codes(Asker(shop.context(account=ana)), field, GIVEN[name]) in TURNED_AWAY


def test_leaving_is_never_turned_away(
    shop: Any, ana: str, learn: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often somebody has asked for whatever else."""
    learn()
    monkeypatch.setattr(limit, "allowed", lambda *given, **named: False)
    field = of_customers()["relationshipConsentUpdate"]
    assert codes(Asker(shop.context(account=ana)), field, {"granted": False}) == set()


def test_a_refused_try_counts(shop: Any, ana: str, learn: Any) -> None:
    """A code that is not hers is refused, and what its transaction has written is undone: that she tried is not."""
    learn()
    field = of_customers()["relationshipOfferApply"]
    herself = Asker(shop.context(account=ana))
    given = {**GIVEN["relationshipOfferApply"], "code": "123456789012"}
    found = [codes(herself, field, given) for _ in range(offers.MOST_CODES + 1)]
    assert {"TOO_MANY"} not in found[:-1] and found[-1] == {"TOO_MANY"}


def test_staff_are_not_counted(shop: Any, ana: str, learn: Any) -> None:
    """Who works for many customers is not held to what one of them may ask."""
    learn()
    staff = Asker(shop.context(account=shop.staff("MANAGE_USERS", "MANAGE_RELATIONSHIPS")))
    field = of_customers()["relationshipPreferencesUpdate"]
    for _ in range(3):
        codes(staff, field, GIVEN["relationshipPreferencesUpdate"])
    assert answer.MOST > 3 and not Knock.objects.exists()
