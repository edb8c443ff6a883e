"""What they were promised: offers that they hold, offers that ended, what a person of the shop was to do, and whether
it was kept."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from saleor_relacional.flows.feedback import promises
from saleor_relacional.flows.feedback.promises import Promise, PromiseKind, PromiseState
from saleor_relacional.flows.incentives import rungs, wallet
from saleor_relacional.flows.ledger import words
from saleor_relacional.flows.ledger.entries import MOST, Entry, Section, SectionKind, name
from saleor_relacional.models import (
    Incentive,
    IncentiveState,
    Profile,
    StaffTask,
    StaffTaskState,
)


def offers(profile: Profile, now: datetime, zone: ZoneInfo) -> Section:
    """What they can spend, exactly as the checkout grants it."""
    held = wallet.wallet(profile, now)
    entries = [
        Entry(
            name=name("offer", one.code), title=words.worth(one.kind, one.terms),
            detail=_("Code %(code)s, until %(day)s.") % {
                "code": one.code, "day": words.day(one.expires_at, zone)
            },
        )
        for one in held
    ]  # fmt: skip
    said = ngettext("%(number)d offer is yours.", "%(number)d offers are yours.", len(entries))
    summary = said % {"number": len(entries)} if entries else _("None at the moment.")
    return Section(kind=SectionKind.OFFERS, summary=summary, entries=entries)


def kept(profile: Profile, now: datetime, zone: ZoneInfo) -> Section:
    """What was promised, the latest first, and what became of it."""
    entries = sorted(
        [*_offers(profile), *_tasks(profile, now, zone), *_answers(profile, now, zone)],
        key=lambda one: one.at.timestamp() if one.at else 0.0, reverse=True,
    )[:MOST]  # fmt: skip
    said = ngettext("%(number)d promise.", "%(number)d promises.", len(entries))
    summary = said % {"number": len(entries)} if entries else _("We have promised you nothing.")
    return Section(kind=SectionKind.PROMISED, summary=summary, entries=entries)


def _offers(profile: Profile) -> Iterator[Entry]:
    became = {
        IncentiveState.ISSUED: _("It can be used."),
        IncentiveState.REDEEMED: _("Kept: you used it."),
        IncentiveState.EXPIRED: _("Kept: it was good until its day, and was not used."),
        IncentiveState.WITHDRAWN: _("It was taken back before you used it."),
    }
    made = Incentive.objects.filter(profile=profile, state__in=list(became), issued_at__isnull=False)
    for one in made.select_related("rung").order_by("-created_at", "-pk")[:MOST]:
        yield Entry(
            name=name("incentive", one.pk), title=words.worth(one.rung.kind, rungs.of(one.rung)), at=one.created_at,
            detail=became[IncentiveState(one.state)],
        )  # fmt: skip


def _answers(profile: Profile, now: datetime, zone: ZoneInfo) -> Iterator[Entry]:
    """Answers and apologies, as the owner's count of kept and broken promises has them."""
    titles = {
        PromiseKind.ANSWER: _("An answer to what you told us"),
        PromiseKind.APOLOGY: _("An apology for what went wrong"),
    }
    for one in promises.of(profile.pk, now):
        if title := titles.get(one.kind):
            detail = _became(one, zone)
            yield Entry(name=name(one.kind.value, one.key), title=title, detail=detail, at=one.made_at)


def _became(one: Promise, zone: ZoneInfo) -> str:
    due = words.day(one.due_at, zone)
    if one.done_at is not None:
        return _done(one.done_at, one.due_at, zone)
    if one.given_up:
        return _("It was not kept: promised by %(due)s.") % {"due": due}
    if one.state is PromiseState.BROKEN:
        return _("Not kept yet: promised by %(due)s.") % {"due": due}
    return _("To be done by %(due)s.") % {"due": due}


def _done(at: datetime, due_at: datetime, zone: ZoneInfo) -> str:
    day = words.day(at, zone)
    if at <= due_at:
        return _("Kept: done on %(day)s.") % {"day": day}
    return _("Late: done on %(day)s, promised by %(due)s.") % {"day": day, "due": words.day(due_at, zone)}


def _tasks(profile: Profile, now: datetime, zone: ZoneInfo) -> Iterator[Entry]:
    tasks = StaffTask.objects.filter(profile=profile).exclude(state=StaffTaskState.PROMISED)
    for one in tasks.order_by("-made_at", "-pk")[:MOST]:
        yield Entry(
            name=name("task", one.pk),
            title=words.given(one.kind),
            at=one.made_at,
            detail=_task(one, now, zone),
        )


def _task(one: StaffTask, now: datetime, zone: ZoneInfo) -> str:
    due = words.day(one.due_at, zone)
    if one.state == StaffTaskState.DONE and one.ended_at:
        return _done(one.ended_at, one.due_at, zone)
    if one.state == StaffTaskState.STOPPED:
        return _("It was stopped.")
    if one.due_at < now:
        return _("Not kept yet: promised by %(due)s.") % {"due": due}
    return _("To be done by %(due)s.") % {"due": due}
