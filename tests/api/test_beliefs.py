"""Beliefs, declared rhythms, money and stages on a day, asked for over the API."""

from datetime import datetime
from typing import Any

import pytest
from graphql_relay import to_global_id

from saleor_relacional.models import Declaration, HabitShift, Profile, StageChange
from tests.api.asking import Asker, operation
from tests.support.instants import DAY

pytestmark = pytest.mark.django_db


def global_id(**wanted: Any) -> str:
    """Of a relationship."""
    return to_global_id("RelationshipProfile", Profile.objects.get(**wanted).public_id)


@pytest.fixture
def anas(ana: str) -> str:
    """The id of Ana's relationship."""
    return global_id(email_key="ana@example.com")


def test_a_belief_in_full(reader: Asker, anas: str, now: datetime) -> None:
    """Value, interval, unit, reasons, sufficiency, as of when; the next order as moments too."""
    told = reader.data(operation("profile"), id=anas)["relationshipProfile"]["beliefs"]
    found = {belief["name"]: belief for belief in told}
    order = found["ORDER_90"]
    assert order["low"] < order["value"] < order["high"] and order["unit"] == "PROBABILITY"
    assert datetime.fromisoformat(order["asOf"]) == now
    assert {fact["fact"] for fact in order["because"]} == {
        "purchases", "gap_days", "regularity", "idle_days", "order_value",
    }  # fmt: skip
    assert order["sufficiency"] in ("PRIOR_MOSTLY", "SOME", "OWN")
    value = found["ORDER_VALUE"]
    assert (value["value"], value["currency"], value["unit"]) == (10.0, "EUR", "MONEY")
    assert value["method"] == "own_average" and found["RANKING"]["method"] in ("probability", "orders")
    coming = found["NEXT_ORDER_DAY"]
    moments = [coming["period"]["from"], coming["likelyPeriod"]["from"], coming["day"],
               coming["likelyPeriod"]["until"], coming["period"]["until"]]  # fmt: skip
    assert [datetime.fromisoformat(each) for each in moments] == sorted(map(datetime.fromisoformat, moments))
    assert found["ALIVE"]["day"] is None and found["ALIVE"]["period"] is None


def test_only_what_is_asked_for(reader: Asker, anas: str) -> None:
    """By name, in the order of the names."""
    query = """query ($id: ID!, $names: [RelationshipBeliefEnum!]) {
        relationshipProfile(id: $id) { beliefs(names: $names) { name } } }"""
    told = reader.data(query, id=anas, names=["OVERDUE", "RHYTHM_DAYS"])["relationshipProfile"]["beliefs"]
    assert [belief["name"] for belief in told] == ["RHYTHM_DAYS", "OVERDUE"]


def test_what_the_window_says_is_what_the_rhythm_says(reader: Asker, anas: str) -> None:
    """One window, wherever it is asked for."""
    person = reader.data(operation("profile"), id=anas)["relationshipProfile"]
    (coming,) = [belief for belief in person["beliefs"] if belief["name"] == "NEXT_ORDER_DAY"]
    assert person["rhythm"]["expectedNextOrder"] == coming["period"]


def test_what_was_believed_on_a_day(reader: Asker, anas: str, now: datetime) -> None:
    """The stage of then, pages of the history, and an error that says how to write a day."""
    StageChange.objects.all().delete()
    pk = Profile.objects.get(email_key="ana@example.com").pk
    for days, stage in ((60, "active"), (30, "slipping"), (10, "recovered")):
        StageChange.objects.create(
            profile_id=pk, stage=stage, previous="", happened_at=now - days * DAY, learned_at=now - days * DAY,
            cause="time",
        )  # fmt: skip
    day = (now - 20 * DAY).date().isoformat()
    told = reader.data(operation("stage-on"), id=anas, date=day)["relationshipProfile"]["stageOn"]
    assert told["stage"] == "SLIPPING" and datetime.fromisoformat(told["since"]) == now - 30 * DAY
    before = reader.data(operation("stage-on"), id=anas, date="2020-01-01")
    assert before["relationshipProfile"]["stageOn"] is None
    for wrong in ("1 May", "2026-13-01", "0001-01-01"):
        answer = reader.ask(operation("stage-on"), id=anas, date=wrong)
        assert "Give a day" in answer["errors"][0]["message"]

    query = """query ($id: ID!, $first: Int, $after: String) { relationshipProfile(id: $id) {
        stageHistory(first: $first, after: $after) {
            edges { node { stage } } pageInfo { hasNextPage endCursor } } } }"""
    found, after = [], None
    while True:
        page = reader.data(query, id=anas, first=2, after=after)["relationshipProfile"]["stageHistory"]
        found += [edge["node"]["stage"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert found == ["RECOVERED", "SLIPPING", "ACTIVE"]
    for more in ({"after": "x"}, {"after": "WzEsMV0="}, {"first": 101}):
        answer = reader.ask(query, id=anas, **more)
        assert answer["data"] == {"relationshipProfile": None} and "errors" in answer


def test_ana_says_when_she_buys(shop: Any, ana: str) -> None:
    """In her own session, about herself; it is shown to her as hers, and she takes it back."""
    asker = Asker(shop.context(account=ana))
    said = asker.data(operation("rhythm"), run="DeclareRhythm", everyDays=42.0)["relationshipRhythmDeclare"]
    declared = said["relationship"]["declared"]
    assert (declared["everyDays"], declared["notBefore"], declared["declaredBy"]) == (42.0, None, "customer")
    assert said["errors"] == []
    mine = asker.data(operation("me"))["me"]["relationship"]
    assert mine["declared"] == {"everyDays": 42.0, "notBefore": None, "declaredBy": "customer"}
    gone = asker.data(operation("rhythm"), run="WithdrawRhythm")["relationshipRhythmWithdraw"]
    assert gone == {"relationship": {"declared": None}, "errors": []}
    assert not Declaration.objects.exists()


def test_she_cannot_speak_for_others(shop: Any, ana: str, anas: str, now: datetime, learn: Any) -> None:
    """Not with an id, not unconfirmed, not as a program; nor does a stranger. Nothing is kept."""
    eve = shop.customer("eve@example.com")
    mallory = shop.customer("bea@example.com", confirmed=False)
    shop.order(email="bea@example.com", placed_at=now - 5 * DAY)
    learn()
    for context in (shop.context(account=eve), shop.context(account=ana), None):
        for run in ("DeclareRhythm", "WithdrawRhythm"):
            answer = Asker(context).ask(operation("rhythm"), run=run, id=anas, everyDays=7.0)
            assert list(answer["data"].values()) == [None]
            assert answer["errors"][0]["extensions"]["exception"]["code"] == "PermissionDenied"
    program = Asker(shop.context(app=("MANAGE_USERS", "MANAGE_RELATIONSHIPS")))
    assert program.ask(operation("rhythm"), run="DeclareRhythm", everyDays=7.0)["data"] == {
        "relationshipRhythmDeclare": None
    }
    refused = Asker(shop.context(account=mallory)).data(
        operation("rhythm"), run="DeclareRhythm", everyDays=7.0
    )
    assert [error["code"] for error in refused["relationshipRhythmDeclare"]["errors"]] == ["NOT_CONFIRMED"]
    assert not Declaration.objects.exists()


def test_staff_note_it_for_anyone(shop: Any, owner: Asker, anas: str, now: datetime) -> None:
    """With MANAGE_RELATIONSHIPS, and it says that it was the staff. Who may not read customers is shown none."""
    day = (now + 90 * DAY).date().isoformat()
    said = owner.data(operation("rhythm"), run="DeclareRhythm", id=anas, notBefore=day)
    declared = said["relationshipRhythmDeclare"]["relationship"]["declared"]
    assert (declared["notBefore"], declared["declaredBy"]) == (day, "staff")
    writer = Asker(shop.context(account=shop.staff("MANAGE_RELATIONSHIPS")))
    blind = writer.data(operation("rhythm"), run="DeclareRhythm", id=anas, everyDays=30.0)
    assert blind == {"relationshipRhythmDeclare": {"relationship": None, "errors": []}}
    assert Declaration.objects.get().every_days == 30


def test_mistakes_in_a_declaration_are_answers(owner: Asker, anas: str) -> None:
    """With the field and the cure."""
    for given, field in (
        ({}, "everyDays"), ({"everyDays": 0.0}, "everyDays"), ({"notBefore": "March"}, "notBefore"),
        ({"notBefore": "2020-01-01"}, "notBefore"),
    ):  # fmt: skip
        told = owner.data(operation("rhythm"), run="DeclareRhythm", id=anas, **given)
        assert [error["field"] for error in told["relationshipRhythmDeclare"]["errors"]] == [field]
    gone = to_global_id("RelationshipProfile", "8c1f6f0e-4a35-4c6b-9a57-52c7a1f0c2d1")
    told = owner.data(operation("rhythm"), run="DeclareRhythm", id=gone, everyDays=7.0)
    assert told["relationshipRhythmDeclare"]["errors"][0]["code"] == "NOT_FOUND"
    assert not Declaration.objects.exists()


def test_the_owner_names_a_reporting_currency(shop: Any, owner: Asker, anas: str, now: datetime) -> None:
    """Rates are kept as text; the answer says that money is being counted anew; what has no rate is left out."""
    shop.set_clock(now + DAY)
    rates = [{"currency": "eur", "rate": "1.1"}]
    given = {"reportingCurrency": "USD", "rates": rates}
    told = owner.data(operation("policy"), run="SetPolicy", input=given)["relationshipPolicyUpdate"]
    assert told["errors"] == []
    assert told["policy"]["reportingCurrency"] == "USD" and told["policy"]["countingAnew"] is True
    assert told["policy"]["rates"] == [{"currency": "EUR", "rate": "1.1"}]
    money = owner.data(operation("profile"), id=anas)["relationshipProfile"]["money"]
    assert money["perCurrency"][0]["kept"] == {"amount": 40.0, "currency": "EUR"}
    assert money["reporting"]["kept"] == {"amount": 44.0, "currency": "USD"}
    assert (money["reporting"]["valuedPurchases"], money["reporting"]["leftOut"]) == (4, 0)
    owner.data(operation("policy"), run="SetPolicy", input={"rates": []})
    money = owner.data(operation("profile"), id=anas)["relationshipProfile"]["money"]["reporting"]
    assert (money["valuedPurchases"], money["leftOut"]) == (0, 4) and money["kept"]["amount"] == 0

    wrong = {"rates": [{"currency": "EUR", "rate": "much"}]}
    told = owner.data(operation("policy"), run="SetPolicy", input=wrong)["relationshipPolicyUpdate"]
    assert [error["field"] for error in told["errors"]] == ["rates[0].rate"] and told["policy"] is None


def test_changes_of_habit(reader: Asker, anas: str, now: datetime) -> None:
    """What, since when, before and after."""
    HabitShift.objects.create(
        profile_id=Profile.objects.get(email_key="ana@example.com").pk, what="rhythm",
        happened_on=(now - 30 * DAY).date(), learned_at=now, before=30.0, after=12.0, p_value=0.001,
    )  # fmt: skip
    (told,) = reader.data(operation("profile"), id=anas)["relationshipProfile"]["habitShifts"]
    assert told == {
        "what": "rhythm", "happenedOn": (now - 30 * DAY).date().isoformat(), "learnedAt": now.isoformat(),
        "before": 30.0, "after": 12.0,
    }  # fmt: skip


def test_a_visitor_of_an_empty_shop(shop: Any, learn: Any, reader: Asker) -> None:
    """An account that never bought, nobody else either: the prior, said to be one; no amount out of nothing."""
    shop.customer("new@example.com")
    learn()
    person = reader.data(operation("profile"), id=global_id(email_key="new@example.com"))[
        "relationshipProfile"
    ]
    (belief,) = person["beliefs"]
    assert (belief["name"], belief["sufficiency"]) == ("RHYTHM_DAYS", "NOTHING")
    assert belief["because"] == [{"fact": "shop_rhythm", "value": pytest.approx(60), "weight": 1.0}]
    assert person["rhythm"] is None and person["money"] == {"perCurrency": [], "reporting": None}
