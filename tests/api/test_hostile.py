"""What strangers and the careless send: each gets a sentence, never an 'Internal Server Error', and nothing changes."""

import json
from base64 import urlsafe_b64encode
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from graphql_relay import to_global_id

from saleor_relacional.models import Campaign, Policy, Profile, Sender
from tests.api.asking import Asker
from tests.support.asked import Asked
from tests.support.campaign_stories import crowd, open_shop, win_back

pytestmark = pytest.mark.django_db

HUGE = 10**30
NAN, INFINITE = float("nan"), float("inf")


def cursor(*values: Any) -> str:
    """One that we never gave."""
    return urlsafe_b64encode(json.dumps(values).encode()).decode()


def refused(answer: dict[str, Any]) -> str:
    """The one sentence of an answer that is an error of the asker's, not of ours."""
    [error] = answer["errors"]
    assert error["message"] != "Internal Server Error"
    assert error["extensions"]["exception"]["code"] == "GraphQLError"
    return str(error["message"])


DRY_RUN = """query ($id: ID!, $after: String, $first: Int) {
  relationshipCampaignDryRun(id: $id, after: $after, first: $first) { proposals { on } }
}"""


@pytest.mark.parametrize(
    "after",
    [
        *(cursor(*place, None, None) for place in (
            (1.0, HUGE, 1, 1), (NAN, 1, 1, 1), (1.0, 1, 0, HUGE), (INFINITE, 0, 0, 2**61), (INFINITE, 0, 0, -1),
            (INFINITE, 0, -1, 0), (None, None, None, None), ("x", 1, 1, 1), (1.0, 1, 1), ({}, [], 1, 1),
        )),
        *(cursor(1.0, 1, 1, 1, *money) for money in (
            ("NaN", None), (None, "Infinity"), ("1e999999999", None), ("1e15", None), (None, "x"), (), ([], "1"),
        )),
        cursor(), "x", "é", "=====", "", " ", "A" * 10_000,
        urlsafe_b64encode(b"[" * 100_000).decode(), urlsafe_b64encode(b"[" * 290).decode(),
        urlsafe_b64encode(b'{"a":' * 50).decode(),
    ],
)  # fmt: skip
def test_a_place_in_the_queue_that_we_never_gave(shop: Any, reader: Asker, now: datetime, after: str) -> None:
    """Forged, cut off, too large to count: refused in words. An empty one is none."""
    open_shop(now)
    crowd(3, now)
    answer = reader.ask(
        DRY_RUN, id=to_global_id("RelationshipCampaign", win_back(now).public_id), after=after
    )
    if after == "":
        assert len(answer["data"]["relationshipCampaignDryRun"]["proposals"]) == 3
    else:
        assert refused(answer) == "Received cursor is invalid."


def test_a_turn_in_a_thousand_years_has_no_date(shop: Any, reader: Asker, now: datetime) -> None:
    """A place that could be ours, very far down the queue: no turn can be named."""
    open_shop(now)
    crowd(1, now)
    campaign = to_global_id(
        "RelationshipCampaign", win_back(now, control_share="0", daily_capacity=1).public_id
    )
    answer = reader.data(DRY_RUN, id=campaign, after=cursor(-INFINITE, 0, 0, 10**11, None, None, None, None))
    assert answer["relationshipCampaignDryRun"]["proposals"] == [{"on": None}]


LIST = """query ($after: String, $filter: RelationshipProfileFilterInput, $n: Int) {
  relationshipProfiles(after: $after, filter: $filter, first: $n) { totalCount edges { cursor } }
}"""


@pytest.mark.parametrize(
    "given",
    [
        {"after": cursor("year_value", 1.0, HUGE)}, {"after": cursor("year_value", NAN, 1)},
        {"after": cursor("year_value", 1.0, None)}, {"after": cursor("kept", "1.00", 1)},
        {"after": urlsafe_b64encode(b"[" * 100_000).decode()},
        {"filter": {"search": "a\x00b"}}, {"filter": {"currency": "\x00"}}, {"filter": {"search": "a" * 1_000}},
        {"n": -1}, {"n": 2**31 - 1},
    ],
)  # fmt: skip
def test_a_list_that_cannot_be(shop: Any, reader: Asker, now: datetime, given: dict[str, Any]) -> None:
    """Bad cursors, bytes that no address has, sizes out of bounds."""
    crowd(1, now)
    refused(reader.ask(LIST, **given))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "x" * 121}, "name"),
        ({"name": "x\x00"}, "name"),
        ({"name": "Win\u202eback"}, "name"),
        ({"name": "x", "goal": "g" * 401}, "goal"),
        ({"name": "x", "hypothesis": "two\nlines"}, "hypothesis"),
        ({"name": "x", "terms": {"controlShare": 0.9999}}, "controlShare"),
        ({"name": "x", "terms": {"controlShare": NAN}}, "controlShare"),
        (
            {
                "name": "x",
                "terms": {"steps": [{"message": "win_back", "discount": "PERCENTAGE", "value": 1e-9}]},
            },
            "steps[0].value",
        ),
        (
            {"name": "x", "terms": {"steps": [{"message": "win_back", "discount": "FIXED", "value": 1e300}]}},
            "steps[0].value",
        ),
        (
            {"name": "x", "terms": {"steps": [{"message": "win_back", "discount": "FIXED", "value": NAN}]}},
            "steps[0].value",
        ),
        (
            {
                "name": "x",
                "terms": {"steps": [{"message": "win_back", "discount": "FIXED", "value": INFINITE}]},
            },
            "steps[0].value",
        ),
        ({"name": "x", "terms": {"steps": [{"message": "../../settings"}]}}, "steps[0].message"),
    ],
)
def test_a_campaign_that_cannot_be(shop: Any, owner: Asker, given: dict[str, Any], field: str) -> None:
    """The answer names the field; what would be rounded to nothing, or to everything, is refused as that."""
    made = owner.data(
        "mutation ($input: RelationshipCampaignInput!) {"
        " relationshipCampaignCreate(input: $input) { campaign { id } errors { field code } } }",
        input=given,
    )["relationshipCampaignCreate"]
    assert made == {"campaign": None, "errors": [{"field": field, "code": "INVALID"}]}
    assert not Campaign.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "Tea\r\nBcc: eve@shop.example"}, "name"),
        ({"name": "Tea\u2028Shop"}, "name"),
        ({"name": "Tea\x7f"}, "name"),
        ({"name": "n" * 121}, "name"),
        ({"address": "tea@shop.example\nBcc: eve@shop.example"}, "address"),
        ({"address": "a" * 300 + "@shop.example"}, "address"),
        ({"address": "tea@tëa.example"}, "address"),
        ({"address": '"tea shop"@shop.example'}, "address"),
        ({"replyTo": "nowhere"}, "replyTo"),
        ({"replyTo": "people@tëa.example"}, "replyTo"),
        ({"postalAddress": "Calle Mayor 1\x00"}, "postalAddress"),
        ({"postalAddress": "x" * 1_001}, "postalAddress"),
    ],
)
def test_a_sender_that_cannot_be(shop: Any, owner: Asker, given: dict[str, Any], field: str) -> None:
    """What would become a header of the mail is one line of plain letters."""
    good = {
        "channel": "eur",
        "name": "Tea",
        "address": "tea@shop.example",
        "postalAddress": "Calle Mayor 1\nMadrid",
    }
    mutation = (
        "mutation ($input: RelationshipSenderInput!) {"
        " relationshipSenderUpdate(input: $input) { sender { replyTo } errors { field } } }"
    )
    assert owner.data(mutation, input={**good, **given})["relationshipSenderUpdate"] == {
        "sender": None, "errors": [{"field": field}],
    }  # fmt: skip
    assert not Sender.objects.exists()
    without = owner.data(mutation, input={**good, "replyTo": None})["relationshipSenderUpdate"]
    assert without == {"sender": {"replyTo": ""}, "errors": []}


def test_words_that_cannot_be_kept(shop: Any, owner: Asker, ana: str) -> None:
    """The owner's text for buyers, and Ana's own consent: without bytes that no text has."""
    said = owner.data(
        'mutation { relationshipPolicyUpdate(input: {softOptIn: true, softOptInText: "a\\u0000"})'
        " { errors { field } } }"
    )["relationshipPolicyUpdate"]
    assert said == {"errors": [{"field": "softOptInText"}]} and not Policy.objects.exists()
    asker = Asker(shop.context(account=ana))
    bad = (("News\x00", "en", "text"), ("n" * 10_001, "en", "text"), ("News", "e" * 36, "language"))
    for text, language, field in bad:
        answer = asker.data(
            "mutation ($text: String, $language: String) { relationshipConsentUpdate(granted: true, text: $text,"
            " language: $language) { errors { field } } }",
            text=text, language=language,
        )  # fmt: skip
        assert answer["relationshipConsentUpdate"] == {"errors": [{"field": field}]}


@pytest.mark.parametrize(
    ("field", "place"),
    [
        ("KEPT", cursor("kept", "1e999999999", 1)), ("KEPT", cursor("kept", "NaN", 1)),
        ("KEPT", cursor("kept", "Infinity", 1)), ("KEPT", cursor("kept", "1e-999999", 1)),
        ("SINCE", cursor("since", "2026-03-01T00:00:00", 1)), ("LAST_PURCHASE", cursor("last_purchase", 5, 1)),
    ],
)  # fmt: skip
def test_a_place_in_the_list_that_no_row_has(shop: Any, reader: Asker, field: str, place: str) -> None:
    """Amounts that no column holds, moments without a zone."""
    query = """query ($after: String, $field: RelationshipProfileSortField!) {
        relationshipProfiles(after: $after, filter: {currency: "EUR"}, sort: {field: $field, direction: DESC}) {
            edges { cursor } } }"""
    assert "cursor is invalid" in refused(reader.ask(query, after=place, field=field))


PREVIEW = "query %s { relationshipSegmentPreview(rule: %s) { errors { message } } }"


def test_json_nested_beyond_reading(shop: Any, reader: Asker) -> None:
    """A body that no parser reads is told to be no question; a rule of many levels is told to be too deep, as a
    variable and in the query."""
    deep = '{"not":' * 20_000 + "1" + "}" * 20_000
    body = (
        json.dumps({"query": "{ relationshipSegments { name } }"})[:-1]
        + f', "variables": {{"rule": {deep}}}}}'
    )
    headers = {"Authorization": reader.token}
    assert (
        Client().post("/graphql/", body, content_type="application/json", headers=headers).status_code == 400
    )
    rule: Any = 1
    for _ in range(100):
        rule = {"not": rule}
    told = [
        reader.data(PREVIEW % ("($rule: RelationshipRule!)", "$rule"), rule=rule),
        reader.data(PREVIEW % ("", "{not:" * 60 + "1" + "}" * 60)),
    ]
    for each in told:
        [error] = each["relationshipSegmentPreview"]["errors"]
        assert "8" in error["message"]


def test_days_under_aliases_cost_one_statement(shop: Any, reader: Asker, ana: str) -> None:
    """Twenty-eight days and pages of one history: as many statements as for one of each."""
    person = Profile.objects.get(email_key="ana@example.com").public_id
    known = to_global_id("RelationshipProfile", person)

    def asked(number: int) -> int:
        days = " ".join(f'd{i}: stageOn(date: "2026-01-{1 + i:02}") {{ stage }}' for i in range(number))
        pages = " ".join(
            f"p{i}: stageHistory(first: {1 + i}) {{ edges {{ cursor }} }}" for i in range(number)
        )
        with Asked() as questions:
            answer = reader.data(f'{{ relationshipProfile(id: "{known}") {{ {days} {pages} }} }}')
        assert len(answer["relationshipProfile"]) == 2 * number
        return len(questions)

    assert asked(1) == asked(28)


def test_a_flood_under_aliases(shop: Any, reader: Asker, now: datetime) -> None:
    """A thousand dry runs in one question are no question: the first ten are answered."""
    open_shop(now)
    crowd(2, now)
    campaign = to_global_id("RelationshipCampaign", win_back(now).public_id)
    runs = " ".join(
        f'a{i}: relationshipCampaignDryRun(id: "{campaign}") {{ hindrance }}' for i in range(1_000)
    )
    answer = reader.ask(f"{{ {runs} }}")
    assert sum(each is not None for each in answer["data"].values()) == 10
    assert {error["message"] for error in answer["errors"]} == {
        "Ask for a dry run at most 10 times in one request."
    }


def test_what_activating_lacks_is_told_by_its_code(
    shop: Any, owner: Asker, now: datetime, settings: Any
) -> None:
    """A program tells a missing sender from a copied shop without reading the sentence."""
    made = owner.data(
        'mutation { relationshipCampaignCreate(input: {name: "Win back", terms: {dailyCapacity: 5}})'
        " { campaign { id } } }"
    )["relationshipCampaignCreate"]["campaign"]["id"]

    def code(confirm: bool = False) -> str | None:
        answer = owner.data(
            "mutation ($id: ID!, $confirm: Boolean) { relationshipCampaignActivate(id: $id, confirm: $confirm)"
            " { errors { code } } }",
            id=made, confirm=confirm,
        )["relationshipCampaignActivate"]["errors"]  # fmt: skip
        return answer[0]["code"] if answer else None

    assert code() == "NO_SENDER"
    open_shop(now)
    Policy.objects.update(daily_capacity=None)
    assert code() == "CAPACITY_UNDECIDED"
    open_shop(now)
    settings.PUBLIC_URL = "http://shop.example"
    assert code() == "INSECURE_PUBLIC_URL"
    settings.PUBLIC_URL = "https://shop.example"
    assert code() is None
    settings.PUBLIC_URL = "https://staging.example"
    assert code() == "ELSEWHERE"
    assert code(confirm=True) is None
