"""Campaign kinds: what each file of the package has to say, and that a kind is known by its name alone."""

import pytest

from saleor_relacional.emails import library
from saleor_relacional.errors import BadInput
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.campaigns.kinds.kind import Goal
from saleor_relacional.flows.campaigns.kinds.registry import kind_of, kinds
from saleor_relacional.flows.campaigns.terms import Terms, checked
from saleor_relacional.graphql.types.enums import CampaignKindEnum
from saleor_relacional.models import Campaign


@pytest.mark.parametrize("name", sorted(kinds()))
def test_a_kind_can_be_switched_on_as_it_ships(db, shop, now, name):
    """Its own terms are valid, its mails exist in both languages, its words are there, its goal is one of ours."""
    kind = kind_of(name)
    made = campaigns.ensure(name, now)
    assert (made.kind, made.state) == (name, "draft")
    assert checked(Terms(), kind) == checked(Terms(steps=kind.steps), kind)
    assert all(set(library.languages(step.message)) == {"en", "es"} for step in kind.steps)
    assert kind.goal in Goal and kind.title and kind.aim and kind.hypothesis
    assert len(name) <= Campaign._meta.get_field("kind").max_length
    assert campaigns.ensure(name, now).pk == made.pk


def test_the_api_knows_every_kind():
    """The enum is made from the registry."""
    assert {member.value for member in CampaignKindEnum._meta.enum} == set(kinds())


def test_there_is_no_kind_of_this_name(db, shop, now):
    """Refused by name, with those that there are."""
    with pytest.raises(BadInput, match="win_back") as refused:
        campaigns.create(kind="blast", name="Blast", now=now, terms=Terms())
    assert refused.value.field == "kind"
    assert not Campaign.objects.exists()
