"""Who may do what: everybody against every field and mutation. Refused means that nothing has changed."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, transaction
from graphql_relay import to_global_id

from saleor_relacional.db import sql
from saleor_relacional.flows import consent_texts
from saleor_relacional.flows.calendar import calendars
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.contact import exclusions, labels, staff_notes
from saleor_relacional.flows.feedback import tell
from saleor_relacional.flows.ledger import data_requests, leaving, remarks
from saleor_relacional.flows.ledger.entries import name as ledger_entry
from saleor_relacional.flows.preferences import topics
from saleor_relacional.flows.segments import segments
from saleor_relacional.models import Campaign, Enrolment, Fit, Identity, Profile, Purchase, StaffTask
from tests.api.asking import Asker
from tests.support.campaign_stories import late, open_shop, win_back
from tests.support.crowds import a_study

pytestmark = pytest.mark.django_db

USERS, RELATIONSHIPS = "MANAGE_USERS", "MANAGE_RELATIONSHIPS"

CALLERS: dict[str, tuple[Callable[[Any], Any], frozenset[str]]] = {
    "nobody": (lambda shop: None, frozenset()),
    "a customer": (lambda shop: shop.context(account=shop.customer("eve@example.com")), frozenset()),
    "an unconfirmed customer": (
        lambda shop: shop.context(account=shop.customer("eve@example.com", confirmed=False)), frozenset(),
    ),
    "staff without permissions": (lambda shop: shop.context(account=shop.staff()), frozenset()),
    "staff with others": (lambda shop: shop.context(account=shop.staff("MANAGE_ORDERS")), frozenset()),
    "staff who read": (lambda shop: shop.context(account=shop.staff(USERS)), frozenset({USERS})),
    "staff who switch": (lambda shop: shop.context(account=shop.staff(RELATIONSHIPS)), frozenset({RELATIONSHIPS})),
    "staff with both": (
        lambda shop: shop.context(account=shop.staff(USERS, RELATIONSHIPS)), frozenset({USERS, RELATIONSHIPS}),
    ),
    "an app without": (lambda shop: shop.context(app=("MANAGE_ORDERS",)), frozenset()),
    "an app that reads": (lambda shop: shop.context(app=(USERS,)), frozenset({USERS})),
    "an app that switches": (lambda shop: shop.context(app=(RELATIONSHIPS,)), frozenset({RELATIONSHIPS})),
}  # fmt: skip

READS = {
    "profile": "{ relationshipProfile(id: \"%(profile)s\") { email } }",
    "profiles": "{ relationshipProfiles(first: 5) { totalCount edges { node { email } } } }",
    "beliefs": "{ relationshipProfile(id: \"%(profile)s\") { email beliefs { value because { fact } } stageOn(date:"
    " \"2026-03-02\") { stage } stageHistory { edges { node { stage } } } money { perCurrency { purchases } } } }",
    "user": "{ user(id: \"%(user)s\") { relationship { email } } }",
    "campaign": "{ relationshipCampaign(id: \"%(campaign)s\") { name results { sent } } }",
    "rung model": "{ relationshipCampaign(id: \"%(campaign)s\") { name rungModel(digest: \"0\") { state } } }",
    "campaigns": "{ relationshipCampaigns(first: 5) { edges { node { name } } } }",
    "history": "{ relationshipCampaign(id: \"%(campaign)s\") { history { at who what } terms { madeBy } } }",
    "dry run": "{ relationshipCampaignDryRun(id: \"%(campaign)s\") { proposals { arm } } }",
    "calendar": "{ relationshipCalendar { asOf } }",
    "calendar entries": "{ relationshipCalendarEntries(first: 5) { arm } }",
    "staff tasks": "{ relationshipStaffTasks { totalCount edges { node { note profile { email } } } } }",
    "labels": "{ relationshipLabels { name people } }",
    "labels of a profile": "{ relationshipProfile(id: \"%(profile)s\") { labels { name } staffNotes { text } } }",
    "attributes": "{ relationshipAttributeChoice { possible } }",
    "cases": "{ relationshipCases { totalCount edges { node { told { text } profile { email } } } } }",
    "feedback of a profile": "{ relationshipProfile(id: \"%(profile)s\") { feedback { text } promises { kind } } }",
    "promises": "{ relationshipPromises { kept broken } }",
    "remarks": "{ relationshipRemarks { totalCount edges { node { words answeredBy profile { email } } } } }",
    "data requests": "{ relationshipDataRequests { kind by at } }",
    "leave reasons": "{ relationshipLeaveReasons { reason people } }",
    "ledger": "{ relationshipProfile(id: \"%(profile)s\") { email ledger { headline remarks { words } } } }",
    "consent texts": "{ relationshipConsentTextVersions(place: STAY) { text madeBy } }",
    "policy": "{ relationshipPolicy { dailyCapacity } }",
    "shop control": "{ relationshipShopControl { share periods { control } } }",
    "margin": "{ relationshipMargin(since: \"2026-03-01\", until: \"2026-03-31\") { perCurrency { net { amount } } } }",
    "margin settings": "{ relationshipMarginSettings { defaultMargins { share } } }",
    "margin of a profile": "{ relationshipProfile(id: \"%(profile)s\") { margin { perCurrency { currency } } } }",
    "contact policy": "{ relationshipContactPolicy { perWeek } }",
    "exclusions": "{ relationshipExclusions { addressPattern } }",
    "senders": "{ relationshipSenders { address } }",
    "templates": "{ relationshipTemplates(message: \"win_back\") { subject versions { madeBy } } }",
    "template": "{ relationshipTemplate(message: \"win_back\", language: \"en\") { subject remarks { code } } }",
    "template preview": '{ relationshipTemplatePreview(message: "win_back", language: "en", channel: "eur",'
    ' relationship: "%(profile)s") { text } }',
    "looks": "{ relationshipLooks { channel voice } }",
    "health": "{ relationshipHealth { healthy } }",
    "calibration": "{ relationshipCalibration { words chance { predicted } } }",
    "segments": "{ relationshipSegments { name count { number } } }",
    "segment": "{ relationshipSegment(id: \"%(segment)s\") { name rule members { edges { node { email } } } } }",
    "segment preview": '{ relationshipSegmentPreview(rule: { field: "stage", operator: "is", value: "lapsed" })'
    " { count(exact: true) { number } members { edges { node { email } } } } }",
    "segments of a profile": "{ relationshipProfile(id: \"%(profile)s\") { segments { name }"
    " why(segment: \"%(segment)s\")"
    " { member reasons { found } } } }",
}  # fmt: skip

CHANGES = {
    "create": 'mutation { relationshipCampaignCreate(input: { name: "New" }) { errors { code } } }',
    "update": 'mutation { relationshipCampaignUpdate(id: "%(campaign)s", input: { dailyCapacity: 7 })'
    " { errors { code } } }",
    "pause": 'mutation { relationshipCampaignPause(id: "%(campaign)s") { errors { code } } }',
    "finish": 'mutation { relationshipCampaignFinish(id: "%(campaign)s") { errors { code } } }',
    "activate": 'mutation { relationshipCampaignActivate(id: "%(paused)s", confirm: true) { errors { code } } }',
    "consent text": 'mutation { relationshipConsentTextUpdate(place: STAY, language: "en", text: "Yes") { errors'
    " { code } } }",
    "policy": "mutation { relationshipPolicyUpdate(input: { dailyCapacity: 999 }) { errors { code } } }",
    "shop control": "mutation { relationshipShopControlUpdate(share: 0.05) { errors { code } } }",
    "margin settings": "mutation { relationshipMarginSettingsUpdate(input: { defaultMargins: [{ share: 0.4 }] })"
    " { errors { code } } }",
    "contact policy": "mutation { relationshipContactPolicyUpdate(input: { perMonth: 2 }) { errors { code } } }",
    "contact": 'mutation { relationshipContactNote(id: "%(profile)s", kind: COMPLAINT) { errors { code } } }',
    "time zone": 'mutation { relationshipTimeZoneDeclare(id: "%(profile)s", timeZone: "Asia/Tokyo")'
    " { errors { code } } }",
    "preferences": 'mutation { relationshipPreferencesUpdate(id: "%(profile)s", input: { justLooking: true })'
    " { errors { code } } }",
    "topic": 'mutation { relationshipTopicDeclare(key: "teas", names: [{ language: "en", name: "Teas" }])'
    " { errors { code } } }",
    "topic gone": 'mutation { relationshipTopicDelete(key: "oaks") { errors { code } } }',
    "calendar refresh": "mutation { relationshipCalendarRefresh { errors { code } } }",
    "exclusion": 'mutation { relationshipExclusionCreate(input: { relationship: "%(profile)s" }) { errors { code } } }',
    "exclusion ends": 'mutation { relationshipExclusionDelete(id: "%(exclusion)s") { errors { code } } }',
    "rhythm": 'mutation { relationshipRhythmDeclare(id: "%(profile)s", everyDays: 42) { errors { code } } }',
    "rates": 'mutation { relationshipPolicyUpdate(input: { reportingCurrency: "EUR", rates: [{ currency: "USD",'
    ' rate: "0.9" }] }) { errors { code } } }',
    "look": 'mutation { relationshipLookUpdate(channel: "eur", input: { voice: USTED }) { errors { code } } }',
    "template": 'mutation { relationshipTemplateUpdate(message: "win_back", language: "en", basis: 0, input: { subject:'
    ' "Hello", mjml: "<mj-section></mj-section>", text: "Hello" }) { errors { code } } }',
    "template restored": 'mutation { relationshipTemplateRestore(message: "win_back", language: "en", version: 0,'
    " basis: 0) { errors { code } } }",
    "sender": 'mutation { relationshipSenderUpdate(input: { channel: "eur", name: "E", address: "e@e.example",'
    ' postalAddress: "E" }) { errors { code } } }',
    "segment create": 'mutation { relationshipSegmentCreate(name: "Gone", rule: { field: "stage", operator: "is",'
    ' value: "lost" }) { errors { code } } }',
    "segment update": 'mutation { relationshipSegmentUpdate(id: "%(segment)s", name: "Away") { errors { code } } }',
    "task taken": 'mutation { relationshipStaffTaskTake(id: "%(task)s") { errors { code } } }',
    "task done": 'mutation { relationshipStaffTaskFinish(id: "%(task)s") { errors { code } } }',
    "case taken": 'mutation { relationshipCaseTake(id: "%(case)s") { errors { code } } }',
    "case answered": 'mutation { relationshipCaseAnswer(id: "%(case)s", text: "Sorry.", apology: true)'
    " { errors { code } } }",
    "case closed": 'mutation { relationshipCaseClose(id: "%(case)s") { errors { code } } }',
    "reply": 'mutation { relationshipReplyNote(id: "%(profile)s", text: "?") { errors { code } } }',
    "remark": 'mutation { relationshipRemarkCreate(id: "%(profile)s", kind: NOTE, words: "x") { errors { code } } }',
    "remark answered": 'mutation { relationshipRemarkAnswer(id: "%(remark)s", answer: "y") { errors { code } } }',
    "remark accepted": 'mutation { relationshipRemarkAccept(id: "%(remark)s") { errors { code } } }',
    "purchase corrected": 'mutation { relationshipPurchaseCorrect(id: "%(profile)s", entry: "%(entry)s",'
    " right: NOT_MINE) { errors { code } } }",
    "labels": 'mutation { relationshipLabelBulkUpdate(ids: ["%(profile)s"], add: ["VIP"]) { errors { code } } }',
    "note": 'mutation { relationshipStaffNoteBulkCreate(ids: ["%(profile)s"], text: "x") { errors { code } } }',
    "note gone": 'mutation { relationshipStaffNoteDelete(id: "%(note)s") { errors { code } } }',
    "several excluded": 'mutation { relationshipExclusionBulkCreate(ids: ["%(profile)s"]) { errors { code } } }',
    "attributes": "mutation { relationshipAttributeChoiceUpdate(input: { active: true }) { errors { code } } }",
    "segment delete": 'mutation { relationshipSegmentDelete(id: "%(segment)s") { errors { code } } }',
}  # fmt: skip


@pytest.fixture
def ids(shop: Any, now: datetime) -> dict[str, str]:
    """Something of everything to ask for."""
    open_shop(now)
    consent_texts.save("stay", "en", "Yes, please", who="", now=now)
    campaign = win_back(now)
    paused = campaigns.pause(win_back(now), now=now)
    late("Ana", now)
    Fit.objects.update(study=a_study())
    late_ones = segments.create(
        name="Late", rule={"field": "stage", "operator": "is", "value": "lapsed"}, now=now
    )
    excluded = exclusions.add(now=now, address="*@elsewhere.example")
    account = shop.customer("ana@shop.example")
    Identity.objects.create(
        profile=Profile.objects.get(), kind="account", source=shop.host.source, key=account
    )
    topics.declare("oaks", {"en": "Oaks"}, now=now)
    calendars.make(now, days=2)
    task = a_task(campaign, now)
    ana = Profile.objects.get()
    told = tell.tell(ana.pk, kind="complaint", text="It broke.", source="page", now=now)
    assert told.case is not None
    entry = ledger_entry("purchase", Purchase.objects.filter(profile=ana).earliest("pk").pk)
    said = remarks.say(ana, kind="correction", words="Hello", entry=entry, right="gift", now=now)
    data_requests.record(None, kind="erasure", by="customer", through="page", now=now)
    leaving.ask(Profile.objects.get(), now)
    leaving.say(Profile.objects.get(), "other", now)
    labels.change([ana.pk], add=["Press"], by="staff:1", now=now)
    [note] = staff_notes.write([ana.pk], text="ana@shop.example rang", by="staff:1", now=now)
    return {
        "note": to_global_id("RelationshipStaffNote", note.public_id),
        "profile": to_global_id("RelationshipProfile", Profile.objects.get().public_id),
        "campaign": to_global_id("RelationshipCampaign", campaign.public_id),
        "paused": to_global_id("RelationshipCampaign", paused.public_id),
        "user": to_global_id("User", account),
        "segment": to_global_id("RelationshipSegment", late_ones.public_id),
        "exclusion": to_global_id("RelationshipExclusion", excluded.public_id),
        "case": to_global_id("RelationshipCase", told.case.public_id),
        "remark": to_global_id("RelationshipRemark", said.public_id),
        "task": to_global_id("RelationshipStaffTask", task.public_id),
        "entry": entry,
    }


def a_task(campaign: Campaign, now: datetime) -> StaffTask:
    """Somebody is to call Ana."""
    version, ana = campaign.versions.get(), Profile.objects.get()
    enrolment = Enrolment.objects.create(
        campaign=campaign, version=version, profile=ana, cycle="1", arm="treated", state="waiting", stage="lapsed",
        considered_at=now,
    )  # fmt: skip
    return StaffTask.objects.create(
        profile=ana, enrolment=enrolment, rung=version.steps.get().rungs.get(), kind="call", state="open", made_at=now,
        due_at=now,
    )  # fmt: skip


@pytest.mark.parametrize("who", CALLERS)
def test_reading_needs_manage_users(shop: Any, ids: dict[str, str], who: str) -> None:
    """And nothing less; our own permission alone opens no customer."""
    for what, asked, asker, before in each_in_turn(shop, who, READS):
        answer = asker.ask(asked % ids)
        if USERS in CALLERS[who][1]:
            assert "errors" not in answer and all(answer["data"].values()), what
        else:
            assert refused(answer), what
            assert answer["data"] in (dict.fromkeys(answer["data"]), {"user": {"relationship": None}}), what
            assert "ana@" not in str(answer), what
        assert dump() == before, what


@pytest.mark.parametrize("who", CALLERS)
def test_changing_needs_manage_relationships(shop: Any, ids: dict[str, str], who: str) -> None:
    """And reading customers does not allow it."""
    for what, asked, asker, before in each_in_turn(shop, who, CHANGES):
        answer = asker.ask(asked % ids)
        if RELATIONSHIPS in CALLERS[who][1]:
            assert "errors" not in answer, (what, answer)
            assert [told["errors"] for told in answer["data"].values()] == [[]], what
            assert dump() != before, what
        else:
            assert refused(answer) and list(answer["data"].values()) == [None], what
            assert dump() == before, what


def each_in_turn(
    shop: Any, who: str, asked: dict[str, str]
) -> Iterator[tuple[str, str, Asker, dict[str, list[Any]]]]:
    """Name and text of every question, whoever asks it, and all rows before. What each one changes is taken back before
    the next one comes."""
    asker = Asker(CALLERS[who][0](shop))
    before = dump()
    for what, question in asked.items():
        with ExitStack() as taken_back:
            for using in {DEFAULT_DB_ALIAS, Profile.objects.db}:
                taken_back.enter_context(transaction.atomic(using=using))
                taken_back.callback(transaction.set_rollback, True, using=using)
            yield what, question, asker, before


def refused(answer: dict[str, Any]) -> bool:
    """With the code that Saleor uses."""
    return {error["extensions"]["exception"]["code"] for error in answer.get("errors", [])} == {
        "PermissionDenied"
    }


def dump() -> dict[str, list[Any]]:
    """Every row of every table of ours."""
    found = {}
    for model in apps.get_app_config("saleor_relacional").get_models():
        table, using = model._meta.db_table, model.objects.db
        found[table] = sql.rows(f'SELECT t::text FROM "{table}" t ORDER BY 1', using=using)
    return found
