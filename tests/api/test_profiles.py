"""Lists of relationships: filtered, ordered, page by page, at a constant number of queries."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from saleor_relacional.db import counts
from saleor_relacional.flows import policy
from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.profiles import profile_list
from saleor_relacional.flows.profiles.profile_list import Filter
from saleor_relacional.flows.scoring import score
from saleor_relacional.models import Basis, CustomerSummary, Profile, Purchase
from tests.api.asking import Asker, operation
from tests.support.asked import Asked
from tests.support.campaign_stories import late
from tests.support.instants import DAY
from tests.support.people import person

pytestmark = pytest.mark.django_db

LIST = """query (
  $filter: RelationshipProfileFilterInput, $sort: RelationshipProfileSortInput, $first: Int, $after: String
) {
  relationshipProfiles(filter: $filter, sort: $sort, first: $first, after: $after) {
    totalCount totalCountIsEstimate pageInfo { hasNextPage hasPreviousPage endCursor }
    edges { cursor node { firstName } } } }"""


def names(asker: Asker, **variables: Any) -> list[str]:
    """First names on the page."""
    edges = asker.data(LIST, **variables)["relationshipProfiles"]["edges"]
    return [edge["node"]["firstName"] for edge in edges]


def walk(asker: Asker, first: int, **variables: Any) -> list[str]:
    """First names over all pages."""
    found, after = [], None
    while True:
        page = asker.data(LIST, first=first, after=after, **variables)["relationshipProfiles"]
        found += [edge["node"]["firstName"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


@pytest.fixture
def people(shop: Any, now: datetime) -> None:
    """Ana, Bea and Carla are late; Ana was as promising when she was scored as Bea is today; Dora never bought."""
    late("Ana", now - 100 * DAY, days_ago=(300,))
    late("Bea", now, days_ago=(300,))
    late("Carla", now, days_ago=(430,))
    score.pass_time(now)
    person("Dora")
    CustomerSummary.objects.filter(profile__first_name="Bea").update(sold=Decimal(100), refunded=Decimal(90))


@pytest.mark.parametrize("first", [1, 2, 3, 10])
@pytest.mark.parametrize("field", ["YEAR_VALUE", "LAST_PURCHASE", "SINCE"])
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
def test_pages_of_any_size_hold_everybody_once(
    people: None, reader: Asker, first: int, field: str, direction: str
) -> None:
    """Ties, people without the value, any page size: nobody twice, nobody lost, one order."""
    sort = {"field": field, "direction": direction}
    whole = names(reader, sort=sort, first=100)
    assert sorted(whole) == ["Ana", "Bea", "Carla", "Dora"]
    assert walk(reader, first, sort=sort) == whole
    if field != "SINCE":
        assert whole[-1] == "Dora"  # who lacks the value comes last either way


def test_the_highest_year_value_first(people: None, reader: Asker) -> None:
    """The default; people who tie stand in a fixed order."""
    assert names(reader) == ["Bea", "Ana", "Carla", "Dora"]
    bought = {"field": "LAST_PURCHASE", "direction": "DESC"}
    assert names(reader, sort=bought) == ["Bea", "Ana", "Carla", "Dora"]


def test_somebody_who_moves_between_pages_is_not_shown_twice(
    people: None, reader: Asker, now: datetime
) -> None:
    """A keyset, not an offset: a newcomer on an earlier page shifts nothing."""
    page = reader.data(LIST, first=2)["relationshipProfiles"]
    late("Eva", now, value="500.00")
    rest = names(reader, first=10, after=page["pageInfo"]["endCursor"])
    assert [edge["node"]["firstName"] for edge in page["edges"]] + rest == ["Bea", "Ana", "Carla", "Dora"]


def test_amounts_are_ordered_within_a_currency(people: None, reader: Asker) -> None:
    """Euros and yen have no order between them."""
    kept = {"field": "KEPT", "direction": "DESC"}
    refused = reader.ask(LIST, sort=kept)
    assert refused["data"] == {"relationshipProfiles": None}
    assert "filter by currency" in refused["errors"][0]["message"]
    assert walk(reader, 1, sort=kept, filter={"currency": "EUR"}) == ["Carla", "Ana", "Bea"]


def test_expected_money_of_several_currencies_has_no_order(
    people: None, reader: Asker, now: datetime
) -> None:
    """Eva pays in dollars: without a currency the page is by the last purchase, and asking for amounts is refused."""
    eva = late("Eva", now, value="900.00", days_ago=(350,), currency="USD")
    assert eva.email and names(reader) == names(reader, sort={"field": "LAST_PURCHASE", "direction": "DESC"})
    worth = {"field": "YEAR_VALUE", "direction": "DESC"}
    refused = reader.ask(LIST, sort=worth)
    assert "filter by currency" in refused["errors"][0]["message"]
    assert names(reader, sort=worth, filter={"currency": "USD"}) == ["Eva"]
    assert "Eva" not in names(reader, sort=worth, filter={"currency": "EUR"})


def test_filters(people: None, reader: Asker, now: datetime) -> None:
    """Each on its own."""
    assert names(reader, filter={"stages": ["SLIPPING"]}) == ["Bea"]
    assert names(reader, filter={"search": " BEA@"}) == ["Bea"]
    assert names(reader, filter={"search": "%"}) == []  # no wildcard from outside
    since = (now - timedelta(days=410)).isoformat()
    assert names(reader, filter={"lastPurchase": {"gte": since}}) == ["Bea", "Ana"]
    assert names(reader, filter={"lastPurchase": {"lte": since}}) == ["Carla"]
    assert names(reader, filter={"currency": "USD"}) == []


def test_the_consent_filter_says_what_the_mails_obey(people: None, reader: Asker, now: datetime) -> None:
    """The same answer as flows/consent/consent for everybody, in every way to have or lose a basis."""
    everybody = {each.first_name: each for each in Profile.objects.all()}
    late("Eva", now, agreed=False)
    late("Fay", now, agreed=False)
    consent.record_objection(everybody["Ana"], source="one_click", now=now)
    consent.import_consent([everybody["Ana"].pk], source="import", text="Again.", happened_at=now, now=now)
    for soft in (False, True):
        policy.decide(now=now, soft_opt_in=soft, soft_opt_in_text="We may write about what you bought.")
        bases = consent.bases(list(Profile.objects.values_list("pk", flat=True)), now=now, purpose="offers")
        may = {
            Profile.objects.get(pk=pk).first_name
            for pk, basis in bases.items()
            if basis not in (None, Basis.OPT_OUT)
        }
        assert may == ({"Bea", "Carla", "Eva", "Fay"} if soft else {"Bea", "Carla"})
        assert set(names(reader, filter={"hasConsent": True})) == may
        assert (
            set(names(reader, filter={"hasConsent": False}))
            == {"Ana", "Bea", "Carla", "Dora", "Eva", "Fay"} - may
        )


def test_a_merged_profile_is_not_listed(people: None, reader: Asker) -> None:
    """It is part of another."""
    ana, bea = (Profile.objects.get(first_name=name) for name in ("Ana", "Bea"))
    Profile.objects.filter(pk=bea.pk).update(merged_into=ana)
    assert names(reader) == ["Ana", "Carla", "Dora"]


@pytest.mark.parametrize(
    "after",
    [
        "",
        "x",
        "bm90IGpzb24=",
        "WyJwcm9taXNlIiwiTmFOIl0=",
        "WyJzaW5jZSIsbnVsbCwxXQ==",
        "WyJwcm9taXNlIixbXSwxXQ==",
    ],
)
def test_a_cursor_that_is_not_ours_is_refused(people: None, reader: Asker, after: str) -> None:
    """Garbage, too short, of another order: an error, never a crash or a silent first page (empty is no cursor)."""
    answer = reader.ask(LIST, after=after)
    if after:
        assert answer["data"] == {"relationshipProfiles": None}
        assert "cursor is invalid" in answer["errors"][0]["message"]
    else:
        assert len(answer["data"]["relationshipProfiles"]["edges"]) == 4


@pytest.mark.parametrize("first", [0, -1, 101])
def test_a_page_has_its_limits(people: None, reader: Asker, first: int) -> None:
    """1 to 100."""
    answer = reader.ask(LIST, first=first)
    if first == 0:  # as in Saleor, 0 is as good as nothing said
        assert len(answer["data"]["relationshipProfiles"]["edges"]) == 4
    else:
        assert "1 to 100" in answer["errors"][0]["message"]


def test_counts_are_exact_up_to_a_point_and_say_when_they_are_not(
    people: None, reader: Asker, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    """Above the limit the database estimates, and the answer says so."""
    page = reader.data(LIST, filter={"stages": ["LAPSED"]})["relationshipProfiles"]
    assert (page["totalCount"], page["totalCountIsEstimate"]) == (2, False)
    monkeypatch.setattr(counts, "EXACT", 1)
    found = profile_list.count(Filter(), now=now)
    assert found.estimated and found.number >= 2


def test_the_same_number_of_queries_for_one_and_for_twenty(shop: Any, reader: Asker, now: datetime) -> None:
    """Accounts, offers, consents and statements included."""
    query = """{ relationshipProfiles(first: 100) { totalCount edges { node {
        id kept { amount } rhythm { overdue } beliefs { name value low high because { fact weight } sufficiency }
        declared { declaredBy } money { perCurrency { purchases } reporting { leftOut } } habitShifts { what }
        stageOn(date: "2026-03-01") { stage } stageHistory { edges { node { stage } } } offers { code } consents
        consentBasis consentStatements { text } user { email } } } } }"""
    from saleor_relacional.models import Identity

    def known(number: int) -> None:
        profile = late(f"Person{number}", now)
        account = shop.customer(f"person{number}@shop.example")
        Identity.objects.create(profile=profile, kind="account", source=shop.host.source, key=account)

    known(0)
    reader.data(query)
    with Asked() as one:
        assert len(reader.data(query)["relationshipProfiles"]["edges"]) == 1
    for number in range(1, 20):
        known(number)
    with Asked() as twenty:
        edges = reader.data(query)["relationshipProfiles"]["edges"]
    assert len(edges) == 20 and all(edge["node"]["user"]["email"] for edge in edges)
    assert len(twenty) == len(one)


def test_the_documented_list(people: None, reader: Asker) -> None:
    """Slipping and lapsed, the highest year value first."""
    page = reader.data(operation("profiles"))["relationshipProfiles"]
    assert [edge["node"]["email"][:3] for edge in page["edges"]] == ["bea", "ana", "car"]
    assert page["totalCount"] == 3 and page["edges"][0]["node"]["kept"] == {"amount": 10.0, "currency": "EUR"}
    assert Purchase.objects.count() == 3
