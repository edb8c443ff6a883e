"""The owner says what things cost."""

from decimal import Decimal
from typing import Any

import graphene

from saleor_relacional.flows.evidence import costs
from saleor_relacional.graphql.mutations.answer import by_owner, errors_field
from saleor_relacional.graphql.permissions import MANAGE_RELATIONSHIPS, says
from saleor_relacional.graphql.request import request
from saleor_relacional.graphql.types.margin import RelationshipMarginSettings


class RelationshipDefaultMarginInput(graphene.InputObjectType):
    """What a product leaves whose cost nobody has said."""

    channel = graphene.String(description="Slug; without it every channel for which nothing else is said.")
    category = graphene.String(
        description="Key of a category in the shop; without it every product for which nothing else is said."
    )
    share = graphene.Float(
        required=True, description="Part of the price before discounts, without tax: 0.4 for 40 %."
    )


class RelationshipShippingCostInput(graphene.InputObjectType):
    """What sending an order costs."""

    channel = graphene.String(required=True, description="Slug.")
    amount = graphene.Float(required=True, description="In the channel's currency, without tax.")


class RelationshipSendingCostInput(graphene.InputObjectType):
    """What a message costs."""

    amount = graphene.Float(required=True, description="For one message, without tax: 0.001 and finer.")
    currency = graphene.String(required=True, description="Three letters.")


class RelationshipMarginSettingsInput(graphene.InputObjectType):
    """What is not given stays as it is."""

    default_margins = graphene.List(
        graphene.NonNull(RelationshipDefaultMarginInput), description="All default margins."
    )
    shipping_costs = graphene.List(
        graphene.NonNull(RelationshipShippingCostInput), description="All shipping costs."
    )
    mail_cost = graphene.Field(RelationshipSendingCostInput, description="What a mail costs; 0: nothing.")


class RelationshipMarginSettingsUpdate(graphene.Mutation):
    """What margins are computed with."""

    settings = graphene.Field(RelationshipMarginSettings)
    errors = errors_field()

    class Arguments:
        input = RelationshipMarginSettingsInput(required=True)

    class Meta:
        description = "Say what margins are computed with where the shop's products say nothing." + says(
            MANAGE_RELATIONSHIPS
        )

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _decide(cls, root, info, **arguments)


@by_owner
def _decide(cls: Any, _root: Any, info: Any, *, input: dict[str, Any]) -> Any:
    margins, shipping, mail = (input.get(name) for name in ("default_margins", "shipping_costs", "mail_cost"))
    told = costs.decide(
        now=request(info.context).now,
        default_margins=None
        if margins is None
        else [
            costs.MarginGiven(
                channel=one.get("channel") or "",
                category=one.get("category") or "",
                share=_exact(one["share"]),
            )
            for one in margins
        ],
        shipping_costs=None
        if shipping is None
        else [costs.ShippingGiven(channel=one["channel"], amount=_exact(one["amount"])) for one in shipping],
        mail=None
        if mail is None
        else costs.SendingGiven(amount=_exact(mail["amount"]), currency=mail["currency"]),
    )
    return cls(settings=told, errors=[])


def _exact(number: float) -> Decimal:
    """As it was typed: a float's own digits are other ones."""
    return Decimal(str(number))
