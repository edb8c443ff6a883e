"""CustomerSummary intentions: made, edited (which makes a version), switched on and off."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.db import locks, sql
from saleor_relacional.db.locks import Lock
from saleor_relacional.emails import library, message
from saleor_relacional.errors import BadInput, Refused
from saleor_relacional.flows import input_validation, policy
from saleor_relacional.flows.campaigns.suppression import Reason
from saleor_relacional.hosts.base import Discount
from saleor_relacional.models import (
    Campaign,
    CampaignState,
    CampaignVersion,
    Stage,
)
from saleor_relacional.models.campaigns import CampaignKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a campaign says and offers: the content of a version."""

    message: str = "win_back"
    stages: tuple[str, ...] = (Stage.SLIPPING.value, Stage.LAPSED.value)
    channels: tuple[str, ...] = ()
    """Slugs; empty means every channel that has a sender."""
    discount: str = ""
    """percentage, fixed, or empty for just a word: no incentive is the default."""
    value: Decimal | None = None
    """Per cent, or an amount in each channel's own currency."""
    offer_days: int = 14
    daily_capacity: int = 0
    """Mails a day at most; 0 sends nothing."""


def create(
    *, name: str, now: datetime, terms: Terms, goal: str = "", hypothesis: str = "",
    kind: str = CampaignKind.WIN_BACK, control_share: Decimal = Decimal("0.2"), window_days: int = 30,
    salt: bytes | None = None,
) -> Campaign:  # fmt: skip
    """A draft. `control_share`, `window_days` and the salt (16 random bytes unless given) never change
    afterwards.

    Raises BadInput with the field at fault.
    """
    texts = {
        "name": input_validation.line(name, field="name", most=120),
        "goal": input_validation.line(goal, field="goal", most=400, required=False),
        "hypothesis": input_validation.line(hypothesis, field="hypothesis", most=400, required=False),
    }
    share = input_validation.amount(control_share, field="controlShare", places="0.001")
    if not 0 <= share < 1:
        raise BadInput("The share that is held out is from 0 up to, not including, 1.", field="controlShare")
    if not 1 <= window_days <= 365:
        raise BadInput("The outcome window is 1 to 365 days long.", field="windowDays")
    terms = _checked(terms)
    with sql.atomic():
        campaign = Campaign.objects.create(
            kind=kind, control_share=share, window_days=window_days, salt=salt or secrets.token_bytes(16),
            created_at=now, **texts,
        )  # fmt: skip
        _write(campaign, 1, terms, now)
    return campaign


def ensure_win_back(now: datetime) -> Campaign:
    """The win-back campaign that ships, as a draft; the same one every time."""
    with sql.atomic():
        locks.lock(Lock.WIN_BACK)
        ours = Campaign.objects.filter(kind=CampaignKind.WIN_BACK)
        return ours.order_by("pk").first() or create(
            name=_("Win back"),
            goal=_("Customers who are later than their own rhythm order again."),
            hypothesis=_("A personal word to somebody who is late brings orders that would not have come."),
            terms=Terms(daily_capacity=100), now=now,
        )  # fmt: skip


def current(campaign: Campaign) -> CampaignVersion:
    """The version that holds now."""
    return CampaignVersion.objects.filter(campaign=campaign).latest("number")


def terms(version: CampaignVersion) -> Terms:
    """What a version says and offers."""
    return Terms(
        message=version.message, stages=tuple(version.stages), channels=tuple(version.channels),
        discount=version.discount, value=version.value, offer_days=version.offer_days,
        daily_capacity=version.daily_capacity,
    )  # fmt: skip


def edit(campaign: Campaign, *, now: datetime, **changes: Any) -> CampaignVersion:
    """Change some of its Terms. Makes a version, or returns the one that holds when nothing differs.

    Whoever has started keeps the version that they started with.
    """
    with sql.atomic():
        locks.note(Lock.CAMPAIGN)
        Campaign.objects.select_for_update().get(pk=campaign.pk)
        version = current(campaign)
        before = terms(version)
        after = _checked(replace(before, **changes))
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
        held = Campaign.objects.select_for_update().get(pk=campaign.pk)
        url = _missing(current(held), now)
        if held.activated_url and held.activated_url != url and not confirm:
            raise Refused(
                _(
                    "This campaign was activated at another address. If this is a copy of the shop, leave it"
                    " alone; if the shop has moved here, confirm."
                ),
                code="ELSEWHERE",
                field="confirm",
            )
        held.state, held.activated_at, held.activated_url = CampaignState.ACTIVE, now, url
        held.save(using=conf.database(), update_fields=["state", "activated_at", "activated_url"])
    return held


def pause(campaign: Campaign) -> Campaign:
    """Nobody is considered and nothing leaves until it is activated again; windows that run, run on."""
    states = (CampaignState.ACTIVE, CampaignState.PAUSED)
    found = Campaign.objects.filter(pk=campaign.pk, state__in=states)
    if not found.update(state=CampaignState.PAUSED):
        raise Refused(_("Only an active campaign can be paused."), code="NOT_ACTIVE")
    return found.get()


def hindrance(campaign: Campaign, now: datetime) -> Reason | None:
    """What keeps the campaign as a whole from sending; None: nothing does."""
    host = conf.host()
    if campaign.state != CampaignState.ACTIVE:
        return Reason.PAUSED
    if not host.active():
        return Reason.PLUGIN_OFF
    if campaign.activated_url != host.public_url():
        return Reason.ELSEWHERE
    return Reason.CAPACITY_UNDECIDED if policy.current(now).daily_capacity is None else None


def _missing(version: CampaignVersion, now: datetime) -> str:
    """PUBLIC_URL, when nothing that sending needs is missing."""
    senders = policy.senders()
    if not any(slug in senders for slug in (version.channels or senders)):
        raise Refused(_("Name a sender for at least one of its channels first."), code="NO_SENDER")
    if policy.current(now).daily_capacity is None:
        raise Refused(_("Decide how many mails may leave a day first."), code="CAPACITY_UNDECIDED")
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
    return CampaignVersion.objects.create(
        campaign=campaign, number=number, message=terms.message, stages=list(terms.stages),
        channels=list(terms.channels), discount=terms.discount, value=terms.value, created_at=now,
        offer_days=terms.offer_days, daily_capacity=terms.daily_capacity,
    )  # fmt: skip


def _checked(terms: Terms) -> Terms:
    """As it will be stored. Raises BadInput with the field at fault."""
    if terms.value is not None:
        terms = replace(terms, value=input_validation.amount(terms.value, field="value", places="0.001"))
    currencies = {channel.slug: channel.currency for channel in conf.host().channels()}
    wanted = terms.channels or tuple(currencies)
    moneys = {currencies[slug] for slug in wanted if slug in currencies}
    problems: Mapping[str, tuple[bool, str]] = {
        "message": (terms.message not in library.names(), "There is no such mail."),
        "stages": (not terms.stages or not set(terms.stages) <= set(Stage.values), "Name stages that exist."),
        "channels": (not set(terms.channels) <= set(currencies), "The shop has no channel of this slug."),
        "discount": (terms.discount not in ("", *Discount), "A discount is percentage or fixed, or empty."),
        "value": (not _worth(terms), "Give a percentage up to 100, an amount above 0, or neither."),
        "offerDays": (not 1 <= terms.offer_days <= 365, "An offer lasts 1 to 365 days."),
        "dailyCapacity": (terms.daily_capacity < 0, "Capacity counts mails a day: 0 or more."),
    }
    for field, (wrong, cure) in problems.items():
        if wrong:
            raise BadInput(cure, field=field)
    if terms.discount == Discount.FIXED and len(moneys) > 1:
        # 500 yen is a thank-you and 500 pounds is not.
        raise BadInput(
            "An amount needs channels of one currency: name them, or offer a percentage.", field="channels"
        )
    return terms


def _worth(terms: Terms) -> bool:
    if not terms.discount:
        return terms.value is None
    ceiling = 100 if terms.discount == Discount.PERCENTAGE else 10**9
    return terms.value is not None and 0 < terms.value <= ceiling
