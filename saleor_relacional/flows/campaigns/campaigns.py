"""Standing intentions: made, edited (which makes a version), switched on and off."""

import secrets
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.db import locks, sql
from saleor_relacional.db.locks import Lock
from saleor_relacional.emails import message
from saleor_relacional.errors import BadInput, Refused
from saleor_relacional.flows import input_validation, policy
from saleor_relacional.flows.campaigns.kinds import win_back
from saleor_relacional.flows.campaigns.kinds.registry import kind_of
from saleor_relacional.flows.campaigns.terms import Terms, checked, terms_of
from saleor_relacional.models import Campaign, CampaignState, CampaignStep, CampaignVersion


def create(
    *, name: str, now: datetime, terms: Terms, kind: str = win_back.KIND.name, goal: str = "", hypothesis: str = "",
    window_days: int | None = None, salt: bytes | None = None,
) -> Campaign:  # fmt: skip
    """A draft. What is not given is the kind's. `window_days` and the salt (16 random bytes unless given) never change
    afterwards.

    Raises BadInput with the field at fault.
    """
    known = kind_of(kind)
    texts = {
        "name": input_validation.line(name, field="name", most=120),
        "goal": input_validation.line(goal, field="goal", most=400, required=False),
        "hypothesis": input_validation.line(hypothesis, field="hypothesis", most=400, required=False),
    }
    days = known.window_days if window_days is None else window_days
    if not 1 <= days <= 365:
        raise BadInput("The outcome window is 1 to 365 days long.", field="windowDays")
    terms = checked(terms, known)
    with sql.atomic():
        campaign = Campaign.objects.create(
            kind=kind, window_days=days, salt=salt or secrets.token_bytes(16), created_at=now, **texts,
        )  # fmt: skip
        _write(campaign, 1, terms, now)
    return campaign


def ensure(kind: str, now: datetime, *, daily_capacity: int = 100) -> Campaign:
    """The first campaign of this kind; made as a draft in the kind's own words when there is none."""
    known = kind_of(kind)
    with sql.atomic():
        locks.lock(Lock.KIND, kind)
        return Campaign.objects.filter(kind=kind).order_by("pk").first() or create(
            kind=kind, name=str(known.title), goal=str(known.aim), hypothesis=str(known.hypothesis),
            terms=Terms(daily_capacity=daily_capacity), now=now,
        )  # fmt: skip


def current(campaign: Campaign) -> CampaignVersion:
    """The version that holds now, with its campaign."""
    return CampaignVersion.objects.filter(campaign=campaign).select_related("campaign").latest("number")


def edit(campaign: Campaign, *, now: datetime, **changes: Any) -> CampaignVersion:
    """Change some of its Terms. Makes a version, or returns the one that holds when nothing differs.

    Whoever has started keeps the version that they started with; whoever is enrolled keeps their arm.
    """
    with sql.atomic():
        locks.note(Lock.CAMPAIGN)
        Campaign.objects.select_for_update().get(pk=campaign.pk)
        version = current(campaign)
        before = terms_of(version)
        after = checked(replace(before, **changes), kind_of(campaign.kind))
        if after == before:
            return version
        return _write(campaign, version.number + 1, after, now)


def activate(campaign: Campaign, *, now: datetime, confirm: bool = False) -> Campaign:
    """Switch it on, here. Raises Refused with the code of what is missing.

    A campaign that was activated at another PUBLIC_URL needs `confirm`: the database may be a copy (a staging
    shop) whose customers are real.
    """
    with sql.atomic():
        locks.note(Lock.CAMPAIGN)
        locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
        url = _url_to_send_from(current(locked), now)
        if locked.activated_url and locked.activated_url != url and not confirm:
            raise Refused(
                _(
                    "This campaign was activated at another address. If this is a copy of the shop, leave it"
                    " alone; if the shop has moved here, confirm."
                ),
                code="ELSEWHERE",
                field="confirm",
            )
        locked.state, locked.activated_at, locked.activated_url = CampaignState.ACTIVE, now, url
        locked.planned_under = ""  # news were no news to it meanwhile
        changed = ["state", "activated_at", "activated_url", "planned_under"]
        locked.save(using=conf.database(), update_fields=changed)
    return locked


def pause(campaign: Campaign) -> Campaign:
    """Nobody is considered and nothing leaves until it is activated again; windows that run, run on."""
    states = (CampaignState.ACTIVE, CampaignState.PAUSED)
    found = Campaign.objects.filter(pk=campaign.pk, state__in=states)
    if not found.update(state=CampaignState.PAUSED):
        raise Refused(_("Only an active campaign can be paused."), code="NOT_ACTIVE")
    return found.get()


def _url_to_send_from(version: CampaignVersion, now: datetime) -> str:
    """PUBLIC_URL. Raises Refused when something that sending needs is missing."""
    senders = policy.senders()
    if not any(slug in senders for slug in (version.channels or senders)):
        raise Refused(_("Name a sender for at least one of its channels first."), code="NO_SENDER")
    if kind_of(version.campaign.kind).checkout and not any(
        conf.host().storefront_url(slug) for slug in senders if slug in (version.channels or senders)
    ):
        raise Refused(
            _("Say first where your storefront is: these mails lead back to it."), code="NO_STOREFRONT"
        )
    if policy.current(now).daily_capacity is None:
        raise Refused(_("Decide first how many mails may leave per day."), code="CAPACITY_UNDECIDED")
    url = conf.host().public_url()
    if not url:
        raise Refused(_("Set PUBLIC_URL first: mails need a link to unsubscribe."), code="NO_PUBLIC_URL")
    if not message.secure(url):
        raise Refused(
            _("Set PUBLIC_URL to an https:// address first: mail programs follow no other link."),
            code="INSECURE_PUBLIC_URL",
        )
    return url


def _write(campaign: Campaign, number: int, terms: Terms, now: datetime) -> CampaignVersion:
    version = CampaignVersion.objects.create(
        campaign=campaign, number=number, stages=list(terms.stages or ()), channels=list(terms.channels),
        daily_capacity=terms.daily_capacity, control_share=terms.control_share or 0, created_at=now,
    )  # fmt: skip
    CampaignStep.objects.bulk_create(
        CampaignStep(
            version=version, number=place, wait_days=step.wait_days, wait_rhythms=step.wait_rhythms,
            message=step.message, discount=step.discount, value=step.value, offer_days=step.offer_days,
        )
        for place, step in enumerate(terms.steps or (), 1)
    )  # fmt: skip
    return version
