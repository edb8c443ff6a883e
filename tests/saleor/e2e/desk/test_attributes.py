"""Saleor's own customer list filters by what we know: stage, segment, label, value; and forgets it when it must."""

from collections.abc import Iterator
from typing import Any

import pytest
from graphql_relay import from_global_id, to_global_id

from tests.saleor.e2e import behind
from tests.saleor.e2e.storefront import Storefront, within

WHERE = """
query($slug: String!, $value: String!) {
  customers(first: 100, where: {attributes: [{slug: $slug, value: {slug: {eq: $value}}}]}) {
    edges { node { id } } } }"""
CHOOSE = """
mutation($input: RelationshipAttributeChoiceInput!) {
  relationshipAttributeChoiceUpdate(input: $input) { attributeChoice { active } errors { field message code } } }"""
LABEL = """
mutation($ids: [ID!]!, $add: [String!]) {
  relationshipLabelBulkUpdate(ids: $ids, add: $add) { errors { field message code } } }"""
SEGMENT = """
mutation($name: String!, $rule: RelationshipRule!) {
  relationshipSegmentCreate(name: $name, rule: $rule) { segment { id } errors { field message code } } }"""
UNSEGMENT = "mutation($id: ID!) { relationshipSegmentDelete(id: $id) { errors { field message code } } }"
WISH = """
mutation($noProfiling: Boolean!) {
  relationshipPreferencesUpdate(input: {noProfiling: $noProfiling}) { errors { field message code } } }"""
ERASE = """
mutation($id: ID!, $sure: String) {
  relationshipErase(id: $id, sure: $sure) { sure erased errors { field message code } } }"""
MINE = "{ me { assignedAttributes { attribute { slug } } } }"


@pytest.fixture
def listed(saleor: Storefront) -> Iterator[Any]:
    """What Saleor's own list shows, filtered; afterwards it is all switched off and gone."""

    def look(slug: str, value: str) -> set[str]:
        found = saleor.ask(WHERE, token=saleor.staff(), slug=slug, value=value)["edges"]
        return {from_global_id(edge["node"]["id"])[1] for edge in found}

    yield look
    saleor.ask(CHOOSE, token=saleor.staff(), input={"active": False})
    _write()
    assert within(90.0, lambda: not _slugs())


def _slugs() -> set[str]:
    from saleor.attribute.models import Attribute

    return set(
        Attribute.objects.filter(external_reference__startswith="relacional:").values_list("slug", flat=True)
    )


def _state(account: str) -> Any:
    from saleor.account.models import User

    return User.objects.values_list("updated_at", "search_vector").get(pk=account)


def _write() -> None:
    from saleor_relacional import tasks

    tasks.write_attributes()


def test_saleors_own_list_filters_by_them(saleor: Storefront, somebody: str, listed: Any) -> None:
    """Ana buys once and is new; staff label her, and a segment asks about it. The customer sees none of it, her account
    counts as unchanged, and her objection to profiling clears it before anything else runs. Erased on request, while
    her account stays, nothing comes back."""
    account = saleor.account(somebody)
    ana = saleor.login(somebody)
    saleor.buy(somebody, token=ana)
    assert within(10.0, lambda: behind.purchases(somebody) == 1)
    assert within(60.0, lambda: behind.standing(somebody)["summary"]["stage"] == "new")
    rule = {"field": "label", "operator": "any_of", "value": [somebody[:40]]}
    staff = saleor.staff()
    segment = saleor.ask(SEGMENT, token=staff, name=somebody[:40], rule=rule)["segment"]["id"]
    before = _state(account)
    chosen = {"active": True, "segments": [segment], "valueBands": [1, 100_000], "currency": "USD"}
    saleor.ask(CHOOSE, token=staff, input=chosen)
    _write()
    assert within(90.0, lambda: account in listed("relacional-stage", "new"))
    profile = to_global_id("RelationshipProfile", behind.profile(somebody).public_id)
    saleor.ask(LABEL, token=staff, ids=[profile], add=[somebody[:40]])
    public_id = from_global_id(segment)[1]
    _write()
    assert within(90.0, lambda: listed("relacional-segments", public_id) == {account})
    assert account in listed("relacional-value", "usd-1-100000")
    assert _state(account) == before, "writing attributes is no change of the account"
    assert saleor.ask(MINE, token=ana)["assignedAttributes"] == []

    saleor.ask(WISH, token=ana, noProfiling=True)
    assert account not in listed("relacional-stage", "new")
    assert listed("relacional-segments", public_id) == set()
    saleor.ask(WISH, token=ana, noProfiling=False)
    _write()
    assert within(90.0, lambda: account in listed("relacional-stage", "new"))

    sure = saleor.ask(ERASE, token=saleor.staff(), id=profile)["sure"]
    assert saleor.ask(ERASE, token=saleor.staff(), id=profile, sure=sure)["erased"] is True
    assert account not in listed("relacional-stage", "new")
    _write()
    assert (
        account not in listed("relacional-stage", "new") and listed("relacional-segments", public_id) == set()
    )
    saleor.ask(UNSEGMENT, token=saleor.staff(), id=segment)


def test_switched_off_nothing_stays_but_what_staff_made(saleor: Storefront, listed: Any) -> None:
    """A customer attribute of staff is there before and after; of ours there is none."""
    from saleor.attribute.models import Attribute

    own = Attribute.objects.create(slug="tier", name="Tier", type="customer-type", input_type="dropdown")
    saleor.ask(CHOOSE, token=saleor.staff(), input={"active": True, "segments": [], "valueBands": []})
    assert within(90.0, lambda: _slugs() == {"relacional-stage"}), "by the beat, once a minute"
    saleor.ask(CHOOSE, token=saleor.staff(), input={"active": False})
    _write()
    assert within(90.0, lambda: not _slugs())
    assert Attribute.objects.filter(pk=own.pk).exists()
    own.delete()
