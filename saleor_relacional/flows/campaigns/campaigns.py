"""Standing intentions: made, edited (which makes a version), switched on and off, finished. Each change is kept with
who made it: campaign/history.py."""

import secrets
from dataclasses import asdict, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.db import locks, sql
from saleor_relacional.db.locks import Lock
from saleor_relacional.errors import BadInput, Refused, Several
from saleor_relacional.flows import input_validation
from saleor_relacional.flows.campaigns.campaign import finishing, history, missing
from saleor_relacional.flows.campaigns.kinds import win_back
from saleor_relacional.flows.campaigns.kinds.registry import kind_of
from saleor_relacional.flows.campaigns.terms import Terms, checked, terms_of
from saleor_relacional.flows.contact import contact_policy
from saleor_relacional.flows.evidence import past_spends
from saleor_relacional.flows.incentives import rungs
from saleor_relacional.flows.segments import audience
from saleor_relacional.models import (
    SYSTEM,
    Campaign,
    CampaignEvent,
    CampaignState,
    CampaignStep,
    CampaignVersion,
    Rung,
)

OBJECTIONS, COMPLAINTS = Decimal("0.01"), Decimal("0.001")
"""Limits of harm where none is given: of the people, beyond those of the control group."""
LONGEST_WINDOW = 365
"""Days."""


def create(
    *, name: str, now: datetime, terms: Terms, kind: str = win_back.KIND.name, goal: str = "", hypothesis: str = "",
    window_days: int | None = None, objection_limit: Decimal = OBJECTIONS, complaint_limit: Decimal = COMPLAINTS,
    salt: bytes | None = None, by: str = SYSTEM,
) -> Campaign:  # fmt: skip
    """A draft. What is not given is the kind's. The limits of harm (shares of the people) and the salt (16 random bytes
    unless given) never change afterwards, `window_days` not once it was switched on (see `describe`).

    Raises BadInput with the field at fault.
    """
    known = kind_of(kind)
    texts = _texts(name=name, goal=goal, hypothesis=hypothesis)
    days = _window(known.window_days if window_days is None else window_days)
    limits = {
        "objection_limit": _limit(objection_limit, "objectionLimit"),
        "complaint_limit": _limit(complaint_limit, "complaintLimit"),
    }
    with sql.atomic():
        if terms.segment is not None or any(step.rules for step in terms.steps or ()):
            locks.lock(Lock.SEGMENTS)  # nobody removes it meanwhile
        contact_policy.check_stricter(terms.contact_policy)
        terms = checked(terms, known)
        campaign = Campaign.objects.create(
            kind=kind, window_days=days, salt=salt or secrets.token_bytes(16), created_at=now, **texts, **limits,
        )  # fmt: skip
        _write(campaign, 1, terms, now, by)
        history.record(campaign, CampaignEvent.CREATED, now=now, by=by)
    return campaign


def ensure(kind: str, now: datetime, *, daily_capacity: int = 100, by: str = SYSTEM) -> Campaign:
    """The first campaign of this kind that is not finished; made as a draft in the kind's own words when there is
    none."""
    known = kind_of(kind)
    with sql.atomic():
        locks.lock(Lock.KIND, kind)
        known_ones = Campaign.objects.filter(kind=kind).exclude(state=CampaignState.FINISHED)
        return known_ones.order_by("pk").first() or create(
            kind=kind, by=by, name=str(known.title), goal=str(known.aim), hypothesis=str(known.hypothesis),
            terms=Terms(daily_capacity=daily_capacity), now=now,
        )  # fmt: skip


def current(campaign: Campaign) -> CampaignVersion:
    """The version that holds now, with its campaign."""
    return CampaignVersion.objects.filter(campaign=campaign).select_related("campaign").latest("number")


def edit(campaign: Campaign, *, now: datetime, by: str = SYSTEM, **changes: Any) -> CampaignVersion:
    """Change some of its Terms. Makes a version, or returns the one that holds when nothing differs.

    Whoever has started keeps the version that they started with; whoever is enrolled keeps their arm.
    Raises BadInput with the field at fault, Refused for a finished one.
    """
    with sql.atomic():
        if changes.get("segment") or any(step.rules for step in changes.get("steps") or ()):
            locks.lock(Lock.SEGMENTS)
        _open(campaign)
        version = current(campaign)
        before = terms_of(version)
        if "contact_policy" in changes:
            contact_policy.check_stricter(changes["contact_policy"])
        after = checked(replace(before, **changes), kind_of(campaign.kind), before=before)
        if after == before:
            return version
        if after.segment is None:
            audience.drop(campaign)
        differs = history.differences(before, after)
        history.record(campaign, CampaignEvent.EDITED, now=now, by=by, changed=differs)
        return _write(campaign, version.number + 1, after, now, by)


def describe(
    campaign: Campaign, *, now: datetime, by: str = SYSTEM, name: str | None = None, goal: str | None = None,
    hypothesis: str | None = None, window_days: int | None = None,
) -> Campaign:  # fmt: skip
    """Change its words, and over how many days it is measured while it was never switched on; what is None stays. Other
    days make a version, so that nobody switches on what they have not read. Raises BadInput with the field at fault."""
    with sql.atomic():
        locks.note(Lock.CAMPAIGN)
        kept = Campaign.objects.select_for_update().get(pk=campaign.pk)
        given = {"name": name, "goal": goal, "hypothesis": hypothesis}
        becomes: dict[str, Any] = _texts(
            **{field: getattr(kept, field) if text is None else text for field, text in given.items()}
        )
        if window_days is not None and window_days != kept.window_days:
            if kept.fixed_at is not None:
                raise BadInput(
                    _("What counts was fixed when it was first switched on: make another campaign to measure it over"
                      " other days."),
                    field="windowDays",
                )  # fmt: skip
            becomes["window_days"] = _window(window_days)
        if differs := history.changed(kept, becomes):
            Campaign.objects.filter(pk=kept.pk).update(**becomes)
            if "window_days" in becomes:
                held = current(kept)
                _write(kept, held.number + 1, terms_of(held), now, by)
            history.record(kept, CampaignEvent.EDITED, now=now, by=by, changed=differs)
    return Campaign.objects.get(pk=kept.pk)


def activate(
    campaign: Campaign, *, now: datetime, confirm: bool = False, by: str = SYSTEM, version: int | None = None
) -> Campaign:  # fmt: skip
    """Switch it on, here. `version`: the number of the one that whoever switches it on has read. Raises Several, with a
    code for each thing that is missing, and Refused with CONFLICT where another version holds by now.

    A campaign that was activated at another PUBLIC_URL needs `confirm`: the database may be a copy (a staging
    shop) whose customers are real. So does one that paused itself because it harms.
    """
    with sql.atomic():
        locked = _open(campaign)
        held = current(locked)
        if version not in (None, held.number):
            raise Refused(
                _("Somebody else has changed this campaign meanwhile: it is not switched on. Read it again."),
                code="CONFLICT", field="version",
            )  # fmt: skip
        if lacks := missing.missing(held, now, confirmed=confirm):
            raise Several([one.refusal for one in lacks])
        url = conf.host().public_url()
        locked.state, locked.activated_at, locked.activated_url = CampaignState.ACTIVE, now, url
        locked.planned_under = ""  # news were no news to it meanwhile
        locked.paused_for = ""
        changed = ["state", "activated_at", "activated_url", "planned_under", "paused_for"]
        if locked.fixed_at is None:  # for good: nobody sees results first
            locked.fixed_at = now
            locked.cap, locked.cap_currency = past_spends.cap(locked.window_days, now)
            changed += ["fixed_at", "cap", "cap_currency"]
        locked.save(using=conf.database(), update_fields=changed)
        history.record(locked, CampaignEvent.ACTIVATED, now=now, by=by)
    return locked


def pause(campaign: Campaign, *, now: datetime, by: str = SYSTEM) -> Campaign:
    """Nobody is considered and nothing leaves until it is activated again; windows that run, run on."""
    with sql.atomic():
        locks.note(Lock.CAMPAIGN)
        locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
        if locked.state not in (CampaignState.ACTIVE, CampaignState.PAUSED):
            raise Refused(_("Only an active campaign can be paused."), code="NOT_ACTIVE")
        if locked.state == CampaignState.ACTIVE:
            Campaign.objects.filter(pk=locked.pk).update(state=CampaignState.PAUSED)
            history.record(locked, CampaignEvent.PAUSED, now=now, by=by)
    return Campaign.objects.get(pk=locked.pk)


def finish(campaign: Campaign, *, now: datetime, by: str = SYSTEM) -> Campaign:
    """For good: nobody is considered any more, whoever waits expires, what is queued is stopped. Windows that run, run
    on, and results stay. Finishing it again changes nothing."""
    with sql.atomic():
        locks.note(Lock.CAMPAIGN)
        locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
        if locked.state != CampaignState.FINISHED:
            Campaign.objects.filter(pk=locked.pk).update(state=CampaignState.FINISHED, planned_under="")
            audience.drop(locked)
            history.record(locked, CampaignEvent.FINISHED, now=now, by=by)
        finishing.end(now)
    return Campaign.objects.get(pk=locked.pk)


def _open(campaign: Campaign) -> Campaign:
    """The campaign, its row locked. Raises Refused when it is finished."""
    locks.note(Lock.CAMPAIGN)
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if locked.state == CampaignState.FINISHED:
        raise missing.finished().refusal
    return locked


def _limit(share: Decimal, field: str) -> Decimal:
    if not 0 < share <= 1:
        raise BadInput("A limit of harm is a share of the people, above 0 and at most 1.", field=field)
    return share


def _window(days: int) -> int:
    if not 1 <= days <= LONGEST_WINDOW:
        raise BadInput(
            _("The outcome window is 1 to %(most)s days long.") % {"most": LONGEST_WINDOW}, field="windowDays"
        )
    return days


def _texts(*, name: str, goal: str, hypothesis: str) -> dict[str, str]:
    return {
        "name": input_validation.line(name, field="name", most=120),
        "goal": input_validation.line(goal, field="goal", most=400, required=False),
        "hypothesis": input_validation.line(hypothesis, field="hypothesis", most=400, required=False),
    }


def _write(campaign: Campaign, number: int, terms: Terms, now: datetime, by: str) -> CampaignVersion:
    version = CampaignVersion.objects.create(
        campaign=campaign, number=number, stages=list(terms.stages or ()), channels=list(terms.channels),
        daily_capacity=terms.daily_capacity, segment=terms.segment, objective=terms.objective,
        control_share=terms.control_share or 0, learning=terms.learning, created_at=now,
        made_by=by, starts_on=terms.starts_on, ends_on=terms.ends_on, languages=list(terms.languages),
        month_budget=terms.month_budget, budget_currency=terms.budget_currency, topic=terms.topic,
        **asdict(terms.contact_policy),
    )  # fmt: skip
    steps = CampaignStep.objects.bulk_create(
        CampaignStep(
            version=version, number=place, wait_days=step.wait_days, wait_rhythms=step.wait_rhythms,
            message=step.message, offer_days=step.offer_days, offers=step.offers, default_rung=step.default_rung,
            rules=[[str(rule.segment), rule.rung] for rule in step.rules],
        )
        for place, step in enumerate(terms.steps or (), 1)
    )  # fmt: skip
    Rung.objects.bulk_create(
        rungs.row(row, number, rung)
        for row, step in zip(steps, terms.steps or (), strict=True)
        for number, rung in enumerate(step.rungs, 1)
    )
    return version
