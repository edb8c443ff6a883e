"""The customer puts an offer of theirs on their checkout."""

from typing import Any

import graphene

from saleor_relacional.flows.incentives import checkout_offers
from saleor_relacional.flows.profiles import profiles
from saleor_relacional.graphql.ids import uuid_of
from saleor_relacional.graphql.mutations.answer import answering, errors_field, limited
from saleor_relacional.graphql.mutations.speaker import refuse_while_off
from saleor_relacional.graphql.permissions import PermissionDenied
from saleor_relacional.graphql.request import caller, forget_loaded, request, writing
from saleor_relacional.graphql.types.profile.offer import RelationshipOffer

MOST_CODES = 30
"""So many codes may one account try in an hour."""


class RelationshipOfferApply(graphene.Mutation):
    """An offer on a checkout."""

    offer = graphene.Field(
        RelationshipOffer, description="The offer that the checkout carries now, with what it takes off."
    )
    errors = errors_field()

    class Arguments:
        checkout_id = graphene.ID(
            required=True,
            description="An open checkout of the customer: of their account, or with their address typed.",
        )
        code = graphene.String(
            description="One of their offers. Without it the one that takes off most is put on."
        )

    class Meta:
        description = (
            "Put an offer of the signed-in customer on their checkout, in place of another code. Every code that is not"
            " theirs is answered alike."
            + "\n\nRequires one of the following permissions: AUTHENTICATED_USER."
        )

    @classmethod
    def mutate(cls, root: Any, info: Any, checkout_id: str, code: str | None = None) -> Any:
        asking = caller(info.context)
        if asking.account is None or asking.app is not None:
            raise PermissionDenied("AUTHENTICATED_USER")
        checkout = str(uuid_of("Checkout", checkout_id))
        done = _apply(cls, root, info, checkout=checkout, code=code)
        if done.offer is not None:
            with writing():
                done.offer = checkout_offers.as_it_stands(done.offer, checkout, now=request(info.context).now)
        return done


@limited("api_offer", most=MOST_CODES)
@answering
def _apply(cls: Any, _root: Any, info: Any, *, checkout: str, code: str | None) -> Any:
    refuse_while_off()
    account = caller(info.context).account or ""
    own = profiles.of_accounts([account]).get(account)
    offer = checkout_offers.apply(own.id if own else 0, checkout, code, now=request(info.context).now)
    forget_loaded(info.context)
    return cls(offer=offer, errors=[])
