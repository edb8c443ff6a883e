"""A customer says whether we may write to them."""

from collections.abc import Sequence
from typing import Any

import graphene

from saleor_relacional.db import sql
from saleor_relacional.errors import BadInput, Refused
from saleor_relacional.flows import consent_texts, input_validation
from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.consent.purposes import named
from saleor_relacional.flows.consent_texts import Words
from saleor_relacional.flows.ledger import leaving
from saleor_relacional.flows.preferences import preferences
from saleor_relacional.flows.profiles import profiles
from saleor_relacional.graphql.errors import Code
from saleor_relacional.graphql.mutations.answer import answering, errors_field, limited
from saleor_relacional.graphql.mutations.speaker import refuse_while_off
from saleor_relacional.graphql.permissions import PermissionDenied
from saleor_relacional.graphql.request import caller, forget_loaded, request
from saleor_relacional.graphql.types.enums import PurposeEnum
from saleor_relacional.graphql.types.ledger.data import LeaveReasonEnum
from saleor_relacional.graphql.types.profile.profile import RelationshipProfile
from saleor_relacional.hosts.base import Caller
from saleor_relacional.models import Basis, ConsentPlace, Profile, Purpose

SOURCE = "storefront"
NOTHING = Words(text="", language="", number=0)
"""Of whoever objects."""


class RelationshipConsentUpdate(graphene.Mutation):
    """The signed-in customer agrees, or wants no more of it."""

    relationship = graphene.Field(RelationshipProfile)
    errors = errors_field()

    class Arguments:
        purposes = graphene.List(
            graphene.NonNull(PurposeEnum),
            description="What it is about: CONTENT, OFFERS or PROFILING. Default: CONTENT and OFFERS.",
        )
        granted = graphene.Boolean(required=True, description="True to agree, false to object.")
        text = graphene.String(
            description="What the customer agreed to, word for word, or the key of the shop's own words"
            " (relationshipConsentText, NEWSLETTER or PROFILING); required to agree to CONTENT and OFFERS."
        )
        language = graphene.String(description="Language of that text.")
        reason = graphene.Argument(
            LeaveReasonEnum,
            description="Why they leave, where granted is false: ask in one tap, and never twice. The first that"
            " somebody gives is kept, also where the question was asked before and not answered.",
        )

    class Meta:
        description = (
            "The signed-in customer agrees to be written to, or wants no more of it."
            "\n\nRequires one of the following permissions: AUTHENTICATED_USER."
        )

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        asking = caller(info.context)
        if asking.account is None or asking.app is not None:
            raise PermissionDenied("AUTHENTICATED_USER")
        return _say(cls, root, info, asking=asking, **arguments)


@limited("api_consent", free=lambda told: not told["granted"])
@answering
def _say(
    cls: Any, _root: Any, info: Any, *, asking: Caller, granted: bool, purposes: list[str] | None = None,
    text: str = "", language: str = "", reason: str | None = None,
) -> Any:  # fmt: skip
    if not asking.vouched:
        raise Refused("Confirm your e-mail address first.", code=Code.NOT_CONFIRMED)
    if granted:
        refuse_while_off()
    now = request(info.context).now
    profile = _own(asking)
    if Purpose.SERVICE in (purposes or ()):
        raise BadInput("Service needs no consent: name CONTENT, OFFERS or PROFILING.", field="purposes")
    if reason and granted:
        raise BadInput("Only who leaves says why.", field="reason")
    about = named(purposes)
    writing = [one for one in about if one is not Purpose.PROFILING]
    agreed = _agreed(about, text or "", language or "") if granted else NOTHING
    with sql.atomic():
        if writing and granted:
            consent.give(
                profile, basis=Basis.OPT_IN, source=SOURCE, text=agreed.text, now=now, language=agreed.language,
                purposes=writing,
            )  # fmt: skip
        elif writing:
            consent.record_objection(profile, source=SOURCE, now=now, purposes=writing)
        if reason:
            leaving.ask(profile, now)
            leaving.say(profile, reason, now)
        if Purpose.PROFILING in about:
            preferences.change(
                profile, now=now, source=preferences.CUSTOMER, agreed=agreed, no_profiling=not granted
            )
    forget_loaded(info.context)
    return cls(relationship=profiles.of_ids([profile.pk])[profile.pk], errors=[])


def _agreed(about: Sequence[Purpose], text: str, language: str) -> Words:
    """What they agree to: in their storefront's words, or in the shop's own by their key."""
    place = ConsentPlace.PROFILING if tuple(about) == (Purpose.PROFILING,) else ConsentPlace.NEWSLETTER
    said = input_validation.words(text, field="text")
    spoken = input_validation.line(language, field="language", most=35, required=False)
    return consent_texts.told(place, said, spoken)


def _own(asking: Caller) -> Profile:
    known = profiles.of_accounts([asking.account or ""]).get(asking.account or "")
    if known is None:
        raise BadInput("The shop has not met you yet. Try again in a minute.", code=Code.NOT_FOUND)
    return Profile.objects.get(pk=known.id)
