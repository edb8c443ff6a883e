"""The loaders: each reads what a whole request asks of it in one batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.utils.translation import get_language
from promise import Promise

from saleor_relacional.flows import money as flows_money
from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns.campaign import history as campaign_history
from saleor_relacional.flows.consent import consent, statements
from saleor_relacional.flows.evidence import margin_report
from saleor_relacional.flows.incentives import checkout_offers, wallet
from saleor_relacional.flows.messages import voices
from saleor_relacional.flows.preferences import preferences as flows_preferences
from saleor_relacional.flows.profiles import category_rhythms as flows_category_rhythms
from saleor_relacional.flows.profiles import habits, profiles, stage_history
from saleor_relacional.flows.profiles.beliefs import beliefs as flows_beliefs
from saleor_relacional.flows.profiles.beliefs import fits, named, reasons
from saleor_relacional.flows.profiles.beliefs.named import Name
from saleor_relacional.flows.profiles.profiles import Relationship
from saleor_relacional.flows.profiles.stage_history import HistoryPage, ProfileDay
from saleor_relacional.flows.segments import membership, segments
from saleor_relacional.flows.segments.segments import Known
from saleor_relacional.flows.sending import person_plan
from saleor_relacional.graphql.request import alias, caller, load, request, writing
from saleor_relacional.models import Campaign, CampaignStep, CampaignVersion, Rung


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


def offers_on(context: Any, profile: int, checkout: str) -> Promise:
    """Live offers of one profile, each with what it takes off a checkout."""

    def batch(keys: Sequence[tuple[int, str]], ctx: Any) -> Mapping[tuple[int, str], Any]:
        with writing():
            return {key: checkout_offers.offers_on(*key, now=request(ctx).now) for key in keys}

    return load(context, "offers_on", batch, (profile, checkout), default=[])


def basis(context: Any, profile: int, purpose: str) -> Promise:
    """The basis on which we may write to one profile for a purpose, or None."""
    return load(context, "basis", _bases, (profile, purpose))


def _bases(keys: Sequence[tuple[int, str]], context: Any) -> Mapping[tuple[int, str], Any]:
    found: dict[tuple[int, str], Any] = {}
    with writing():  # decided on the database that decides for the mails
        for purpose in dict.fromkeys(purpose for _, purpose in keys):
            people = [profile for profile, asked in keys if asked == purpose]
            told = consent.bases(people, now=request(context).now, purpose=purpose)
            found |= {(profile, purpose): one for profile, one in told.items()}
    return found


def basis_shown(context: Any, person: Relationship, purpose: str) -> Promise:
    """The basis that the caller may see. An account whose address is not confirmed sees only what it stated itself:
    what is known of the address may be somebody else's."""
    asking = caller(context)
    if asking.account == person.account and not asking.vouched and not asking.staff:
        return consent_statements(context, person.id).then(
            lambda statements: next((one.basis for one in statements if one.purpose == purpose), None)
        )
    return basis(context, person.id, purpose)


def preferences(context: Any, profile: int) -> Promise:
    """What one person asks of us."""

    def batch(keys: Sequence[int], ctx: Any) -> Mapping[int, Any]:
        with writing():
            return flows_preferences.of_ids(keys)

    return load(context, "preferences", batch, profile)


def consent_statements(context: Any, profile: int) -> Promise:
    """Dated consent statements of one profile, newest first."""
    return load(
        context,
        "consent_statements",
        lambda keys, ctx: statements.of_ids(keys, using=alias(ctx)),
        profile,
        default=[],
    )


def stages(context: Any, page: HistoryPage) -> Promise:
    """Changes of stage on one page of one profile's history, newest first."""

    def batch(keys: Sequence[HistoryPage], ctx: Any) -> Mapping[HistoryPage, Any]:
        return stage_history.changes(keys, using=alias(ctx))

    return load(context, "stages", batch, page, default=[])


def believed_on(context: Any, profile: int, day: date) -> Promise:
    """The stage of one profile that was believed when a day ended, or None."""

    def batch(keys: Sequence[ProfileDay], ctx: Any) -> Mapping[ProfileDay, Any]:
        return stage_history.believed_on(keys, using=alias(ctx))

    return load(context, "believed", batch, ProfileDay(profile=profile, day=day))


def rhythm_forecast(context: Any, person: Relationship) -> Promise:
    """One person's own rhythm and their next order by it, or None before the first purchase."""

    def batch(keys: Sequence[Relationship], ctx: Any) -> Mapping[Relationship, Any]:
        found: dict[int, Any] = {}
        for asked in fits.asked(keys, request(ctx).now, using=alias(ctx)):
            found |= asked.rhythms
        return {one: found.get(one.id) for one in keys}

    return load(context, "rhythm_forecast", batch, person)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonBelief:
    """A belief and the person it is about."""

    person: Relationship
    belief: named.Belief


def beliefs(context: Any, person: Relationship, names: tuple[Name, ...]) -> Promise:
    """Beliefs about one person, those named or all."""

    def batch(keys: Sequence[Relationship], ctx: Any) -> Mapping[Relationship, Any]:
        found = flows_beliefs.of(keys, request(ctx).now, using=alias(ctx))
        return {one: [PersonBelief(person=one, belief=each) for each in found[one.id]] for one in keys}

    everything = load(context, "beliefs", batch, person, default=[])
    return everything.then(lambda found: [one for one in found if not names or one.belief.name in names])


def because(context: Any, person: Relationship, name: Name) -> Promise:
    """The facts behind one belief, strongest first."""

    def batch(keys: Sequence[tuple[Relationship, Name]], ctx: Any) -> Mapping[Any, Any]:
        found = reasons.of(keys, request(ctx).now, using=alias(ctx))
        return {(one, wanted): found[one.id, wanted] for one, wanted in keys}

    return load(context, "because", batch, (person, name), default=[])


def money(context: Any, profile: int) -> Promise:
    """What one profile bought, per currency and in the reporting currency."""

    def batch(keys: Sequence[int], ctx: Any) -> Mapping[int, Any]:
        with writing():  # rates are read where they were decided
            decided = policy.current(request(ctx).now)
        spent = flows_money.per_currency(keys, using=alias(ctx))
        return {
            key: {
                "per_currency": spent.get(key, []),
                "reporting": flows_money.reported(decided, spent.get(key, [])),
            }
            for key in keys
        }

    return load(context, "money", batch, profile)


def margin(context: Any, profile: int) -> Promise:
    """What one profile's purchases left, per currency and in the reporting currency."""

    def batch(keys: Sequence[int], ctx: Any) -> Mapping[int, Any]:
        now = request(ctx).now
        with writing():
            decided = policy.current(now)
        told = margin_report.of_people(keys, now=now, using=alias(ctx))
        return {
            key: {
                "per_currency": told.get(key, ()),
                "reporting": margin_report.reported(decided, told.get(key, ())),
            }
            for key in keys
        }

    return load(context, "margin", batch, profile)


def plan(context: Any, profile: int) -> Promise:
    """What campaigns have said to one profile, and what comes."""
    return load(
        context, "plan", lambda keys, ctx: person_plan.of(keys, request(ctx).now, using=alias(ctx)), profile, default=[]
    )  # fmt: skip


def tongue(context: Any, channel: str) -> Promise:
    """How the customers of a channel are spoken to in the language that is active (flows/messages/voices.py)."""

    def batch(keys: Sequence[str], ctx: Any) -> Mapping[str, str]:
        with writing():
            return {key: voices.tongue(get_language() or "en", key) for key in keys}

    return load(context, "tongue", batch, channel)


def habit_shifts(context: Any, profile: int) -> Promise:
    """Changes of habit of one profile, newest first."""

    def batch(keys: Sequence[int], ctx: Any) -> Mapping[int, Any]:
        return habits.of(keys, using=alias(ctx))

    return load(context, "habits", batch, profile, default=[])


def category_rhythms(context: Any, person: Relationship) -> Promise:
    """One person's own rhythm in each category they buy, most own gaps first."""

    def batch(keys: Sequence[Relationship], ctx: Any) -> Mapping[Relationship, Any]:
        found = flows_category_rhythms.of(keys, request(ctx).now, using=alias(ctx))
        return {one: found[one.id] for one in keys}

    return load(context, "categories", batch, person, default=[])


def purchases(context: Any, profile: int) -> Promise:
    """Moments of the last purchases of one profile, oldest first."""

    def batch(keys: Sequence[int], ctx: Any) -> Mapping[int, Any]:
        return profiles.recent_purchases(keys, request(ctx).now, using=alias(ctx))

    return load(context, "purchases", batch, profile, default=[])


def segments_of(context: Any, profile: int) -> Promise:
    """The segments that one profile belongs to."""

    def batch(keys: Sequence[int], ctx: Any) -> Mapping[int, Any]:
        with writing():
            known = segments.all_known(using=alias(ctx))
            return membership.segments_of(keys, known, now=request(ctx).now, using=alias(ctx))

    return load(context, "segments", batch, profile, default=[])


def why(context: Any, profile: int, known: Known) -> Promise:
    """Each condition of a segment, and whether it holds for one profile."""

    def batch(keys: Sequence[int], ctx: Any) -> Mapping[int, Any]:
        with writing():
            return membership.why_of(keys, known, now=request(ctx).now, using=alias(ctx))

    return load(context, f"why:{known.public_id}", batch, profile)


def known_segment(context: Any, public_id: UUID) -> Promise:
    """The segment of a public id, or None."""

    def batch(keys: Sequence[UUID], ctx: Any) -> Mapping[UUID, Any]:
        return {
            each.public_id: each for each in segments.all_known(using=alias(ctx)) if each.public_id in keys
        }

    return load(context, "segment", batch, public_id)


def campaign(context: Any, key: int) -> Promise:
    """The campaign of a key of ours."""
    return load(context, "campaign", lambda keys, ctx: Campaign.objects.using(alias(ctx)).in_bulk(keys), key)


def terms(context: Any, campaign: int) -> Promise:
    """The latest version of a campaign."""

    def batch(keys: Sequence[int], ctx: Any) -> Mapping[int, Any]:
        versions = CampaignVersion.objects.using(alias(ctx)).filter(campaign__in=keys)
        versions = versions.select_related("campaign").order_by("number")
        ladder = Prefetch("rungs", Rung.objects.using(alias(ctx)).order_by("number"))
        steps = CampaignStep.objects.using(alias(ctx)).order_by("number").prefetch_related(ladder)
        versions = versions.prefetch_related(Prefetch("steps", steps))
        return {version.campaign_id: version for version in versions}  # the last one stays

    return load(context, "terms", batch, campaign)


def history(context: Any, campaign: int) -> Promise:
    """What was changed of a campaign, the latest first."""

    def batch(keys: Sequence[int], ctx: Any) -> Mapping[int, Any]:
        return campaign_history.of(keys, using=alias(ctx))

    return load(context, "history", batch, campaign)
