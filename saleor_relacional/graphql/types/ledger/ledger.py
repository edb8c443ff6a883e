"""The ledger as its person reads it, put on the profile's own type here, as the plan is."""

from typing import Any

import graphene

from saleor_relacional.flows.ledger import ledger, remarks
from saleor_relacional.flows.ledger.entries import Correctable, SectionKind
from saleor_relacional.flows.messages import voices
from saleor_relacional.flows.profiles.profiles import Relationship
from saleor_relacional.graphql.host_types import listed, moment
from saleor_relacional.graphql.permissions import MANAGE_USERS
from saleor_relacional.graphql.request import caller, limit, request, writing
from saleor_relacional.graphql.types.enums import enum_of
from saleor_relacional.graphql.types.ledger.remark import RelationshipRemark
from saleor_relacional.graphql.types.profile.profile import RelationshipProfile
from saleor_relacional.models import Profile

LEDGERS = 3
"""How many one request may read: each is many statements."""

SectionEnum = enum_of("RelationshipLedgerSectionEnum", SectionKind, "A part of the ledger.")
CorrectableEnum = graphene.Enum(
    "RelationshipCorrectableEnum", [(one.name, one.value) for one in Correctable if one],
    description=lambda member: None if member else "What can be set right about an entry, beside saying so in words.",
)  # fmt: skip


class RelationshipLedgerEntry(graphene.ObjectType):
    """One thing."""

    name = graphene.String(required=True, description="Stays the same as long as the thing does.")
    title = graphene.String(required=True, description="In words, in the reader's language.")
    detail = graphene.String(required=True, description="Why, or how sure; may be empty.")
    at = moment("When it happened, or is to happen; null where it has no moment.")
    correctable = graphene.Field(CorrectableEnum, description="What can be set right; null: words alone.")

    class Meta:
        description = "One entry of the ledger."

    @staticmethod
    def resolve_correctable(root: Any, info: Any) -> str | None:
        return root.correctable or None


class RelationshipLedgerSection(graphene.ObjectType):
    """One part."""

    kind = graphene.Field(SectionEnum, required=True)
    summary = graphene.String(required=True, description="All of it in one line.")
    entries = listed(RelationshipLedgerEntry, "At most 20 of each kind.")
    left_out = graphene.Int(required=True, description="Older ones that only the export holds.")

    class Meta:
        description = "One part of the ledger."


class RelationshipLedger(graphene.ObjectType):
    """All of it."""

    headline = listed(
        graphene.String, "The whole of it in half a minute: sentences in the reader's language."
    )
    sections = listed(RelationshipLedgerSection, "In their order.")
    remarks = listed(RelationshipRemark, "What they said of it, and the answers, the latest first.")

    class Meta:
        description = (
            "What the shop knows, believes, sent, plans and promised, and what was agreed to, in words."
        )


def resolve_ledger(root: Relationship, info: Any) -> Any:
    """Staff see it as the person does; the person, once their address is confirmed."""
    asking = caller(info.context)
    if not asking.may(MANAGE_USERS) and not asking.vouched:
        return None
    limit(info.context, "ledgers", LEDGERS)
    with (
        writing(),
        voices.speaking(root.channel),
    ):  # the host is asked which offers work, the policy what it decided
        profile = Profile.objects.get(pk=root.id)
        told = ledger.of(profile, request(info.context).now)
        return RelationshipLedger(headline=told.headline, sections=told.sections, remarks=remarks.of(profile))


FIELDS = {
    "ledger": graphene.Field(
        RelationshipLedger,
        description="What the shop knows, believes, sent, plans and promised, as the customer reads it, for three"
        " people in one request at most. Null while their address is not confirmed.",
        resolver=resolve_ledger,
    ),
}


def mount() -> None:
    """Put the field on RelationshipProfile. `graphql.schema` calls this, before a host can build a schema."""
    RelationshipProfile._meta.fields.update(FIELDS)
