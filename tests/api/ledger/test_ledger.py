"""A signed-in customer has by the API what their page has: the ledger, remarks, their data, their end."""

import json
from base64 import b64decode
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from graphql_relay import to_global_id

from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.ledger import leaving, ledger, remarks
from saleor_relacional.models import DataRequest, LeaveReason, Profile, Remark
from tests.api.asking import Asker, operation
from tests.support.leak import tables_with

MINE = "{ me { relationship { ledger { headline sections { kind summary entries { name title detail correctable } }"
MINE += " remarks { words answer } } } } }"
SAY = 'mutation($entry: String) { relationshipRemarkCreate(kind: WRONG, entry: $entry, words: "No.")'
SAY += " { remark { id told } errors { field code } } }"
EXPORT = (
    "mutation { relationshipDataExport(form: JSON) { export { file mediaType fileName } errors { code } } }"
)
ERASE = "mutation($sure: String) { relationshipErase(sure: $sure) { sure remains erased errors { code } } }"

operations = Path(__file__).parents[3] / "graphql" / "operations"


@pytest.fixture
def herself(shop: Any, ana: str) -> Asker:
    """Ana, signed in."""
    return Asker(shop.context(account=ana))


def test_her_ledger(herself: Asker, now: datetime) -> None:
    """The same as on her page."""
    told = herself.ask(MINE)["data"]["me"]["relationship"]["ledger"]
    found = ledger.of(Profile.objects.get(), now)
    assert told["headline"] == list(found.headline) and told["headline"][0].startswith("4 orders")
    assert [part["summary"] for part in told["sections"]] == [part.summary for part in found.sections]
    [name] = [e["name"] for e in told["sections"][0]["entries"] if e["title"].startswith("Your first name")]
    assert found.entry(name) is not None
    assert {e["correctable"] for e in told["sections"][1]["entries"]} >= {"RHYTHM", None}


def test_whoever_is_not_confirmed_reads_none(shop: Any, learn: Any) -> None:
    """Somebody who registered with an address that they have not proved: no ledger, no remark, no data, no end."""
    eve = shop.customer("eve@example.com", confirmed=False)
    learn()
    asker = Asker(shop.context(account=eve))
    assert asker.ask(MINE)["data"]["me"]["relationship"]["ledger"] is None
    for change in (SAY, EXPORT, ERASE):
        [told] = asker.ask(change)["data"].values()
        assert [one["code"] for one in told["errors"]] == ["NOT_CONFIRMED"]
    assert not Remark.objects.exists() and not DataRequest.objects.exists() and Profile.objects.count() == 1


def test_that_is_wrong(herself: Asker, owner: Asker, now: datetime) -> None:
    """She says it, staff find it first among the open ones and answer, she reads the answer; she takes back only what
    is hers and open."""
    about = ledger.of(Profile.objects.get(), now).sections[0].entries[0].name
    said = herself.ask(SAY, entry=about)["data"]["relationshipRemarkCreate"]["remark"]
    assert said["told"] == "Your address: ana@example.com"
    waits = owner.ask(
        "{ relationshipRemarks(answered: false) { totalCount edges { node { id profile { email } } } } }"
    )
    [edge] = waits["data"]["relationshipRemarks"]["edges"]
    assert edge["node"] == {"id": said["id"], "profile": {"email": "ana@example.com"}}
    owner.ask(
        'mutation($id: ID!) { relationshipRemarkAnswer(id: $id, answer: "Mended.") { remark { answer } } }',
        id=said["id"],
    )
    ours = herself.ask(MINE)["data"]["me"]["relationship"]["ledger"]["remarks"]
    assert ours == [{"words": "No.", "answer": "Mended."}]
    back = "mutation($id: ID!) { relationshipRemarkDelete(id: $id) { errors { code } } }"
    assert herself.ask(back, id=said["id"])["data"]["relationshipRemarkDelete"]["errors"] == [
        {"code": "NOT_FOUND"}
    ]


def test_nobody_elses(shop: Any, learn: Any, herself: Asker, now: datetime) -> None:
    """Bea takes back nothing of Ana's, says nothing of Ana's entries, and asks for nobody's data by an ID."""
    bea = shop.customer("bea@example.com")
    learn()
    ana = Profile.objects.get(email="ana@example.com")
    said = remarks.say(ana, kind="note", words="Mine", now=now)
    asker = Asker(shop.context(account=bea))
    back = "mutation($id: ID!) { relationshipRemarkDelete(id: $id) { errors { code } } }"
    theirs = to_global_id("RelationshipRemark", said.public_id)
    assert asker.ask(back, id=theirs)["data"]["relationshipRemarkDelete"]["errors"] == [{"code": "NOT_FOUND"}]
    entry = ledger.of(ana, now).sections[0].entries[0].name
    told = asker.ask(SAY, entry=entry)["data"]["relationshipRemarkCreate"]
    assert told["errors"] == [{"field": "entry", "code": "NOT_FOUND"}]
    whom = to_global_id("RelationshipProfile", ana.public_id)
    for change in (
        "mutation($id: ID) { relationshipDataExport(id: $id, form: CSV) { export { file } } }",
        "mutation($id: ID) { relationshipErase(id: $id) { sure } }",
        'mutation($id: ID) { relationshipRemarkCreate(id: $id, kind: NOTE, words: "x") { remark { id } } }',
    ):
        answer = asker.ask(change, id=whom)
        assert list(answer["data"].values()) == [None] and "PermissionDenied" in str(answer["errors"])
    assert Remark.objects.count() == 1 and not DataRequest.objects.exists()


def test_her_data(herself: Asker) -> None:
    """A file with all of it; that she asked is kept."""
    export = herself.ask(EXPORT)["data"]["relationshipDataExport"]["export"]
    told = json.loads(b64decode(export["file"]))
    assert (export["mediaType"], export["fileName"]) == ("application/json", "my-data.json")
    assert len(told["tables"]["purchase"]) == 4 and told["tables"]["profile"][0]["email"] == "ana@example.com"
    assert list(DataRequest.objects.values_list("kind", "by", "through")) == [("export", "customer", "api")]


def test_staff_need_both_permissions_for_somebodys_data(shop: Any, ana: str, owner: Asker) -> None:
    """Who may change relationships but not read customers gets no file; who may do both does, and it is kept who."""
    whom = to_global_id("RelationshipProfile", Profile.objects.get(email="ana@example.com").public_id)
    change = "mutation($id: ID) { relationshipDataExport(id: $id, form: CSV) { export { mediaType } errors { code } } }"
    for permission in ("MANAGE_USERS", "MANAGE_RELATIONSHIPS"):
        asker = Asker(shop.context(account=shop.staff(permission)))
        assert "PermissionDenied" in str(asker.ask(change, id=whom)["errors"])
    assert owner.ask(change, id=whom)["data"]["relationshipDataExport"]["export"] == {
        "mediaType": "application/zip"
    }
    assert DataRequest.objects.get().by.startswith("staff:")


def test_her_end(herself: Asker) -> None:
    """Asked twice; the first time nothing is gone, and what remains is said."""
    first = herself.ask(ERASE)["data"]["relationshipErase"]
    assert not first["erased"] and len(first["remains"]) == 6 and Profile.objects.exists()
    wrong = herself.ask(ERASE, sure="x")["data"]["relationshipErase"]
    assert not wrong["erased"] and Profile.objects.exists()
    done = herself.ask(ERASE, sure=first["sure"])["data"]["relationshipErase"]
    assert done["erased"] and done["sure"] is None and done["errors"] == []
    assert tables_with(["ana@example.com"]) == {"ana@example.com": []}
    assert list(DataRequest.objects.values_list("kind", "by", "through", "profile")) == [
        ("erasure", "customer", "api", None)
    ]


def test_a_request_reads_three_ledgers(owner: Asker, ana: str) -> None:
    """Under however many names: each is many statements."""
    whom = to_global_id("RelationshipProfile", Profile.objects.get(email="ana@example.com").public_id)
    asked = " ".join(f'a{n}: relationshipProfile(id: "{whom}") {{ ledger {{ headline }} }}' for n in range(4))
    assert "at most 3 times" in str(owner.ask(f"{{ {asked} }}")["errors"])


LEAVE = "mutation($granted: Boolean!, $text: String, $reason: RelationshipLeaveReasonEnum) {"
LEAVE += (
    " relationshipConsentUpdate(granted: $granted, text: $text, reason: $reason) { errors { field code } } }"
)


def test_why_she_leaves(herself: Asker) -> None:
    """In the storefront as on the page: the first reason is kept, a second is not, and leaving works all the same; who
    stays says none."""

    def said(**given: Any) -> list[Any]:
        errors: list[Any] = herself.ask(LEAVE, **given)["data"]["relationshipConsentUpdate"]["errors"]
        return errors

    assert said(granted=True, text="Yes.", reason="OTHER") == [{"field": "reason", "code": "INVALID"}]
    assert said(granted=False, reason="TOO_MANY") == [] == said(granted=False, reason="NOT_MINE")
    assert list(LeaveReason.objects.values_list("reason", flat=True)) == ["too_many"]
    person = Profile.objects.get()
    assert consent.has_left(person.pk, now=LeaveReason.objects.get().given_at)


def test_why_she_left_said_later(herself: Asker, now: Any) -> None:
    """The page has asked, and she did not answer; in the storefront she does: it is kept."""
    assert leaving.ask(Profile.objects.get(), now)
    for reason in ("TOO_MANY", "OTHER"):
        herself.ask(LEAVE, granted=False, reason=reason)
    assert list(LeaveReason.objects.values_list("reason", flat=True)) == ["too_many"]


def test_each_has_an_operation_to_copy() -> None:
    """What a storefront may ask for the signed-in customer stands in graphql/operations."""
    written = "\n".join(path.read_text("utf-8") for path in operations.glob("*.graphql"))
    for name in (
        "RemarkCreate",
        "RemarkDelete",
        "DataExport",
        "Erase",
        "ConsentUpdate",
        "Tell",
        "PreferencesUpdate",
    ):
        assert f"relationship{name}(" in written, name
    assert "ledger {" in written and "reason: $reason" in written


def test_an_order_is_corrected(herself: Asker, owner: Asker, now: datetime) -> None:
    """She says that it was a gift; staff accept it, undo it, and say that it was not hers; she reads each."""
    ana = Profile.objects.get()
    entry = next(one.name for one in ledger.of(ana, now).sections[0].entries if one.correctable == "purchase")
    said = "mutation($entry: String) { relationshipRemarkCreate(kind: CORRECTION, entry: $entry, right: GIFT)"
    key = herself.data(said + " { remark { id } errors { code } } }", entry=entry)
    remark = key["relationshipRemarkCreate"]["remark"]["id"]
    done = owner.data(operation("remark-accept"), id=remark)["relationshipRemarkAccept"]
    assert done["errors"] == [] and done["remark"]["answer"].startswith("Thank you: we have corrected it.")

    def detail() -> str:
        told = herself.data(MINE)["me"]["relationship"]["ledger"]["sections"][0]["entries"]
        return next(one["detail"] for one in told if one["name"] == entry)

    assert "Corrected: it was a gift" in detail()
    whose = {"id": to_global_id("RelationshipProfile", ana.public_id), "entry": entry}
    for right in (None, "NOT_MINE"):
        told = owner.data(operation("purchase-correct"), **whose, right=right)["relationshipPurchaseCorrect"]
        assert told == {"right": right, "errors": []}
    assert "not you who bought it" in detail()
    missing = owner.data(operation("purchase-correct"), **{**whose, "entry": "purchase-0"}, right="GIFT")
    assert missing["relationshipPurchaseCorrect"]["errors"][0]["field"] == "entry"
