"""Batches behind the loaders: each reads what a whole request needs of one kind at once."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from promise import Promise

from saleor_relacional.flows import consent, profiles, statements, type_members, types, wallet
from saleor_relacional.flows.types import Known
from saleor_relacional.graphql.request import alias, caller, load, request, writing
from saleor_relacional.models import CampaignVersion


def of_account(context: Any, account: str) -> Promise:
    """The relationship of an account, or None."""
    return load(context, "account", lambda keys, ctx: profiles.of_accounts(keys, using=alias(ctx)), account)


def of_id(context: Any, profile: int) -> Promise:
    """A relationship by our id, or None."""
    return load(context, "profile", lambda keys, ctx: profiles.of_ids(keys, using=alias(ctx)), profile)


def offers(context: Any, profile: int) -> Promise:
    """Live offers of one profile."""

    def batch(keys: Sequence[int], ctx: Any) -> Mapping[int, Any]:
        with writing():  # where a checkout holds a code, the host is asked what became of it
            return wallet.wallets(keys, request(ctx).now, using=alias(ctx))

    return load(context, "offers", batch, profile, default=[])


def basis(context: Any, profile: int) -> Promise:
    """On what ground we may write to one profile; None where there is none."""
    return load(context, "basis", _bases, profile)


def _bases(keys: Sequence[int], context: Any) -> Mapping[int, Any]:
    with writing():  # decided on the database that decides for the mails
        return consent.bases(keys, now=request(context).now)


def basis_shown(context: Any, person: profiles.Relationship) -> Promise:
    """As `basis`; but an account whose address is not confirmed is told only what it said itself: what is known of the
    address may be somebody else's."""
    asking = caller(context)
    if asking.account == person.account and not asking.vouched and not asking.staff:
        return said(context, person.id).then(lambda statements: statements[0].basis if statements else None)
    return basis(context, person.id)


def said(context: Any, profile: int) -> Promise:
    """Dated consent statements of one profile, newest first."""
    return load(
        context, "said", lambda keys, ctx: statements.of_ids(keys, using=alias(ctx)), profile, default=[]
    )


def stages(context: Any, profile: int) -> Promise:
    """Latest changes of stage of one profile, newest first."""
    return load(
        context,
        "stages",
        lambda keys, ctx: profiles.stage_changes(keys, using=alias(ctx)),
        profile,
        default=[],
    )


def purchases(context: Any, profile: int) -> Promise:
    """Moments of the last purchases of one profile, oldest first."""

    def batch(keys: Sequence[int], ctx: Any) -> Mapping[int, Any]:
        return profiles.recent_purchases(keys, request(ctx).now, using=alias(ctx))

    return load(context, "purchases", batch, profile, default=[])


def types_of(context: Any, profile: int) -> Promise:
    """The types that one profile belongs to."""

    def batch(keys: Sequence[int], ctx: Any) -> Mapping[int, Any]:
        with writing():
            known = types.all_known(using=alias(ctx))
            return type_members.types_of(keys, known, now=request(ctx).now, using=alias(ctx))

    return load(context, "types", batch, profile, default=[])


def why(context: Any, profile: int, known: Known) -> Promise:
    """Why one profile belongs to a type, or not."""

    def batch(keys: Sequence[int], ctx: Any) -> Mapping[int, Any]:
        with writing():
            return type_members.why_of(keys, known, now=request(ctx).now, using=alias(ctx))

    return load(context, f"why:{known.public_id}", batch, profile)


def known_type(context: Any, public_id: UUID) -> Promise:
    """A type, or None."""

    def batch(keys: Sequence[UUID], ctx: Any) -> Mapping[UUID, Any]:
        return {each.public_id: each for each in types.all_known(using=alias(ctx)) if each.public_id in keys}

    return load(context, "type", batch, public_id)


def terms(context: Any, campaign: int) -> Promise:
    """The version of a campaign that holds."""

    def batch(keys: Sequence[int], ctx: Any) -> Mapping[int, Any]:
        versions = CampaignVersion.objects.using(alias(ctx)).filter(campaign__in=keys).order_by("number")
        return {version.campaign_id: version for version in versions}  # the last one stays

    return load(context, "terms", batch, campaign)
