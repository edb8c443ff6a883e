"""An ID opens nothing by itself: a customer who asks with another's gets the answer that an unknown ID gets, word for
word. Of every field of ours that takes one, found by walking the schema."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from graphql_relay import to_global_id

import saleor_relacional.graphql as graphql_of_ours
from saleor_relacional.flows.contact import exclusions, staff_notes
from saleor_relacional.flows.feedback import tell
from saleor_relacional.flows.incentives import incentive
from saleor_relacional.flows.ledger import remarks
from saleor_relacional.flows.segments import segments
from saleor_relacional.models import Incentive, Profile, StaffTask, Touch
from tests.api.asking import Asker
from tests.security import walk
from tests.support.mailing import campaign, due

pytestmark = pytest.mark.django_db

NOBODY = UUID(int=0x5EC0DE)


@pytest.fixture
def hers(shop: Any, now: datetime, learn: Any) -> dict[str, str]:
    """Type → ID of something of Ana's, or of the shop's."""
    [late] = due(campaign(now), now, "Bea")
    ana = shop.customer("ana@example.com", first_name="Ana")
    shop.order(customer=ana, email="ana@example.com")
    learn()
    profile = Profile.objects.get(identities__kind="account", identities__key=ana)
    touch = Touch.objects.get()
    promised = Incentive.objects.get()
    incentive.issue(promised, now)
    task = StaffTask.objects.create(
        profile=late, enrolment=touch.enrolment, rung=touch.step.rungs.get(), kind="call", state="open", made_at=now,
        due_at=now,
    )  # fmt: skip
    told = tell.tell(profile.pk, kind="complaint", text="It broke.", source="page", now=now)
    assert told.case is not None
    segment = segments.create(
        name="Late", rule={"field": "stage", "operator": "is", "value": "lapsed"}, now=now
    )
    excluded = exclusions.add(now=now, address="*@elsewhere.example")
    remark = remarks.say(profile, kind="note", words="I drink less tea in summer.", now=now)
    [note] = staff_notes.write([profile.pk], text="Rang twice.", by="staff:1", now=now)
    found = {
        "RelationshipRemark": remark.public_id, "RelationshipStaffNote": note.public_id,
        "RelationshipProfile": profile.public_id, "RelationshipCampaign": touch.enrolment.campaign.public_id,
        "RelationshipStaffTask": task.public_id, "RelationshipCase": told.case.public_id,
        "RelationshipSegment": segment.public_id, "RelationshipExclusion": excluded.public_id,
        "RelationshipOffer": promised.public_id, "Checkout": shop.checkout(customer=ana), "User": ana,
    }  # fmt: skip
    return {kind: to_global_id(kind, key) for kind, key in found.items()}


@pytest.fixture
def eve(shop: Any, now: datetime, learn: Any) -> Asker:
    """A customer of the shop herself, signed in and confirmed."""
    account = shop.customer("eve@example.com", first_name="Eve")
    shop.order(customer=account, email="eve@example.com")
    learn()
    return Asker(shop.context(account=account))


def scalar(kind: str, path: str) -> Any:
    """Something that could be meant."""
    return {"ID": "", "String": "2026-03-02", "Boolean": True, "Int": 1, "Float": 0.1, "enum": None}.get(
        kind, "x"
    )


def told(asker: Asker, question: str, variables: dict[str, Any], *ids: str) -> str:
    """The answer as text, without the IDs that were asked with."""
    text = json.dumps(asker.ask(question, **variables), sort_keys=True)
    for one in ids:
        text = text.replace(one, "ID")
    return text


def unknown(kind: str) -> str:
    return str(to_global_id(kind, "999999" if kind == "User" else NOBODY))


def test_the_schema_is_walked() -> None:
    """All that take one are found: else the test below proves nothing."""
    asking = {field.name for field in walk.fields() if list(walk.ids(field))}
    assert {
        "relationshipProfile", "relationshipCampaignUpdate", "relationshipContactNote", "relationshipCaseAnswer",
        "relationshipOfferApply", "relationshipExclusionCreate", "relationshipRhythmDeclare", "relationshipReplyNote",
    } <= asking  # fmt: skip
    assert len(asking) >= 25


def test_an_id_of_every_type_is_tried(hers: dict[str, str]) -> None:
    """Whatever type our code takes an ID of is among hers: else the test below proves nothing of it."""
    package = Path(graphql_of_ours.__file__).parent
    sources = [path.read_text("utf-8") for path in package.rglob("*.py")]
    taken = {kind for source in sources for kind in re.findall(r'uuid_of\(\s*"(\w+)"', source)}
    assert len(taken) > 8 and taken <= set(hers)


def test_another_persons_id_is_an_unknown_one(hers: dict[str, str], eve: Asker) -> None:
    """Every field, at every place where it takes an ID, with an ID of every type: of hers and of nobody's."""
    differ, asked = {}, 0
    for field in walk.fields():
        for path in walk.ids(field):
            for kind, real in hers.items():
                asked += 2
                answers = {
                    told(eve, *field.question(walk.put(walk.least(field, scalar), path, one)), one)
                    for one in (real, unknown(kind))
                }
                if len(answers) > 1:
                    differ[f"{field.name}({'.'.join(path)}: {kind})"] = answers
    assert differ == {} and asked > 300


USER = "query($id: ID!) { user(id: $id) { relationship { email feedback { text } } } }"


MINE = "query($id: ID!) { me { relationship { %s } } }"
INSIDE = {
    "Checkout": MINE % "offers(checkoutId: $id) { code }", "RelationshipSegment": MINE % "why(segment: $id) { member }",
    "User": USER,
}  # fmt: skip


@pytest.mark.parametrize("kind", INSIDE)
def test_inside_a_customer(hers: dict[str, str], eve: Asker, kind: str) -> None:
    """What hangs on a customer and takes an ID: Ana's checkout, a segment, her account; and nobody's."""
    answers = {told(eve, INSIDE[kind], {"id": one}, one) for one in (hers[kind], unknown(kind))}
    assert len(answers) == 1, answers
    assert "ana@" not in answers.pop()
