"""A relationship as its customer and the shop's staff see it."""

from typing import Any

import graphene
from graphene.relay import Node
from promise import Promise

from saleor_relacional import conf
from saleor_relacional.flows.consent.purposes import SELLING
from saleor_relacional.flows.profiles.profiles import Relationship
from saleor_relacional.graphql import loaders
from saleor_relacional.graphql.host_types import amount, listed, moment, money, user_type
from saleor_relacional.graphql.ids import uuid_of
from saleor_relacional.graphql.permissions import MANAGE_USERS, needs, says
from saleor_relacional.graphql.request import limit
from saleor_relacional.graphql.types.enums import BasisEnum, PurposeEnum, StageEnum
from saleor_relacional.graphql.types.margin import RelationshipMargin
from saleor_relacional.graphql.types.profile.belief import BeliefEnum, RelationshipBelief
from saleor_relacional.graphql.types.profile.category import RelationshipCategoryRhythm
from saleor_relacional.graphql.types.profile.consent import RelationshipConsentStatement
from saleor_relacional.graphql.types.profile.history import (
    RelationshipBelievedStage,
    RelationshipHabitShift,
    RelationshipStageChangeCountableConnection,
)
from saleor_relacional.graphql.types.profile.money import RelationshipMoney
from saleor_relacional.graphql.types.profile.offer import RelationshipOffer
from saleor_relacional.graphql.types.profile.preferences import RelationshipPreferences
from saleor_relacional.graphql.types.profile.rhythm import RelationshipDeclaration, RelationshipRhythm
from saleor_relacional.graphql.types.profile.stage_pages import day_of, stage_page
from saleor_relacional.models import Basis, Purpose

CHECKOUTS = 3
"""How many checkouts one request may ask about: the host computes each anew."""


class RelationshipProfile(graphene.ObjectType):
    """What the shop knows and believes about one customer."""

    stage = graphene.Field(StageEnum, required=True, description="Where the relationship stands.")
    since = moment("When this stage began.", required=True)
    cause = graphene.String(required=True, description="What began it: an event, or time alone.")
    next_change_at = moment("When time alone will change the stage; null when it never will.")
    user = graphene.Field(user_type, description="The account; null for a guest.")
    email = graphene.String(required=True)
    first_name = graphene.String(required=True)
    first_purchase_day = graphene.String(
        description="Day of the first purchase in the shop's time zone: YYYY-MM-DD."
    )
    last_purchase_at = moment("Moment of the last purchase.")
    purchases = graphene.Int(required=True, description="Purchases that count.")
    sold = money(
        "What they bought, tax and shipping included, as last counted: in the shop's reporting currency, or where it"
        " has none in that of their last purchase. For every currency: see money."
    )
    refunded = money("What went back of it.")
    kept = money("Sold less refunded.")
    rhythm = graphene.Field(
        RelationshipRhythm, description="Their own rhythm; null before the first purchase."
    )
    declared = graphene.Field(
        RelationshipDeclaration, description="What was said about when they buy; null where nothing was."
    )
    beliefs = listed(
        RelationshipBelief,
        "Estimates, each with its interval and its reasons. Before the first purchase those of the shop.",
        args={
            "names": graphene.Argument(
                graphene.List(graphene.NonNull(BeliefEnum)), description="Only these. Default: all."
            )
        },
    )
    money = graphene.Field(
        RelationshipMoney, required=True, description="What they bought, in every currency."
    )
    margin = graphene.Field(
        RelationshipMargin, description="What all that they bought has left." + says(MANAGE_USERS)
    )
    category_rhythms = listed(
        RelationshipCategoryRhythm,
        "Their own rhythm in each category that they have bought and that has enough history, most own gaps first.",
    )
    habit_shifts = listed(RelationshipHabitShift, "Changes in how they buy, newest first (20 at most).")
    offers = listed(
        RelationshipOffer,
        "Live offers. With checkoutId, each says what it takes off that checkout.",
        args={
            "checkout_id": graphene.Argument(
                graphene.ID,
                description="An open checkout of this customer: of their account, or with their address typed. Any"
                " other is answered as if there were none. At most three in one request.",
            )
        },
    )
    consents = listed(PurposeEnum, "Purposes that the customer may be written to for, now.")
    consent_basis = graphene.Field(
        BasisEnum,
        description="On what ground; null when there is none.",
        args={
            "purpose": graphene.Argument(
                PurposeEnum, description="CONTENT, OFFERS or SERVICE. Default: OFFERS."
            )
        },
    )
    preferences = graphene.Field(
        RelationshipPreferences, required=True, description="What the customer asks of the shop."
    )
    consent_statements = listed(
        RelationshipConsentStatement, "What was said about it, newest first (20 at most)."
    )
    stage_history = graphene.Field(
        RelationshipStageChangeCountableConnection,
        required=True,
        description="Changes of stage, newest first.",
        args={
            "first": graphene.Argument(graphene.Int, default_value=20, description="How many: 100 at most."),
            "after": graphene.Argument(graphene.String, description="Those after this cursor."),
        },
    )
    stage_on = graphene.Field(
        RelationshipBelievedStage,
        args={
            "date": graphene.Argument(
                graphene.String, required=True, description="A day of the shop: YYYY-MM-DD."
            )
        },
        description="The stage that was believed when this day ended; null when they were not known yet.",
    )

    class Meta:
        interfaces = (Node,)
        description = "What the shop knows and believes about one customer, account or guest."

    @classmethod
    def is_type_of(cls, root: Any, info: Any) -> bool:
        return isinstance(root, Relationship)

    @staticmethod
    def resolve_id(root: Relationship, info: Any) -> str:
        return str(root.public_id)

    @staticmethod
    def resolve_user(root: Relationship, info: Any) -> Any:
        if root.account is None:
            return None
        return conf.host().graphql_types().load_users(info, [root.account]).then(lambda users: users[0])

    @staticmethod
    def resolve_first_purchase_day(root: Relationship, info: Any) -> Any:
        return root.first_day.isoformat() if root.first_day else None

    @staticmethod
    def resolve_last_purchase_at(root: Relationship, info: Any) -> Any:
        return root.last_at

    @staticmethod
    def resolve_sold(root: Relationship, info: Any) -> Any:
        return amount(root.sold, root.currency)

    @staticmethod
    def resolve_refunded(root: Relationship, info: Any) -> Any:
        return amount(root.refunded, root.currency)

    @staticmethod
    def resolve_kept(root: Relationship, info: Any) -> Any:
        return amount(root.kept, root.currency)

    @staticmethod
    def resolve_rhythm(root: Relationship, info: Any) -> Any:
        return loaders.rhythm_forecast(info.context, root)

    @staticmethod
    def resolve_declared(root: Relationship, info: Any) -> Any:
        return root if root.declared_at else None

    @staticmethod
    def resolve_beliefs(root: Relationship, info: Any, names: Any = ()) -> Any:
        return loaders.beliefs(info.context, root, tuple(names or ()))

    @staticmethod
    @needs(MANAGE_USERS)
    def resolve_margin(root: Relationship, info: Any) -> Any:
        return loaders.margin(info.context, root.id)

    @staticmethod
    def resolve_money(root: Relationship, info: Any) -> Any:
        return loaders.money(info.context, root.id)

    @staticmethod
    def resolve_category_rhythms(root: Relationship, info: Any) -> Any:
        return loaders.category_rhythms(info.context, root)

    @staticmethod
    def resolve_habit_shifts(root: Relationship, info: Any) -> Any:
        return loaders.habit_shifts(info.context, root.id)

    @staticmethod
    def resolve_offers(root: Relationship, info: Any, checkout_id: str | None = None) -> Any:
        if checkout_id is None:
            return loaders.offers(info.context, root.id)
        limit(info.context, "offers on a checkout", CHECKOUTS)
        return loaders.offers_on(info.context, root.id, str(uuid_of("Checkout", checkout_id)))

    @staticmethod
    def resolve_consents(root: Relationship, info: Any) -> Any:
        shown = [loaders.basis_shown(info.context, root, purpose.value) for purpose in SELLING]
        return Promise.all(shown).then(
            lambda bases: [
                purpose
                for purpose, basis in zip(SELLING, bases, strict=True)
                if basis not in (None, Basis.OPT_OUT)
            ]
        )

    @staticmethod
    def resolve_consent_basis(root: Relationship, info: Any, purpose: str | None = None) -> Any:
        return loaders.basis_shown(info.context, root, purpose or Purpose.OFFERS.value)

    @staticmethod
    def resolve_preferences(root: Relationship, info: Any) -> Any:
        return loaders.preferences(info.context, root.id)

    @staticmethod
    def resolve_consent_statements(root: Relationship, info: Any) -> Any:
        return loaders.consent_statements(info.context, root.id)

    @staticmethod
    def resolve_stage_history(root: Relationship, info: Any, first: int = 20, after: str = "") -> Any:
        return stage_page(info.context, root.id, first or 20, after or "")

    @staticmethod
    def resolve_stage_on(root: Relationship, info: Any, date: str) -> Any:
        return loaders.believed_on(info.context, root.id, day_of(date))
