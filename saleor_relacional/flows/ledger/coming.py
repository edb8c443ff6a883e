"""What is to come and when: what is on its way, what waits and for what, and what the calendar of the coming days has.

Each is asked again as it would be right before it leaves, so that what they decided a moment ago holds here, too. What
time alone does not bring about is no plan, and is left out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.calendar import calendars
from saleor_relacional.flows.campaigns import campaigns, suppression
from saleor_relacional.flows.campaigns.suppression import Judgement, Leaving, Suppression
from saleor_relacional.flows.ledger import words
from saleor_relacional.flows.ledger.entries import MOST, Entry, Section, SectionKind, name
from saleor_relacional.flows.sending import batch, service, step_mail
from saleor_relacional.flows.sending.step_mail import StepMail
from saleor_relacional.models import (
    Arm,
    CalendarEntry,
    CampaignState,
    Enrolment,
    EnrolmentState,
    Profile,
    ServiceMessage,
    Touch,
    TouchState,
)

_COMING = f"""
SELECT t.id FROM {tables.TOUCH} t LEFT JOIN {tables.ENROLMENT} e ON e.id = t.enrolment_id
LEFT JOIN {tables.CAMPAIGN} campaign ON campaign.id = e.campaign_id
WHERE t.profile_id = %(profile)s AND t.state IN ('queued', 'waiting', 'claimed', 'handing_over')
  AND t.expires_at > %(now)s AND (t.service_id IS NOT NULL OR campaign.state = 'active')
ORDER BY t.due_at, t.id LIMIT {MOST}
"""

_Place = tuple[int, int | None]
"""Campaign and step that an entry tells of; of what waits for its turn no step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Coming:
    """An entry of what is to come, and what it tells of."""

    entry: Entry
    place: _Place | None = None
    """None of a service message."""


def planned(profile: Profile, now: datetime) -> Section:
    """What may come, what leaves first before the rest. A constant number of statements for each message that is on its
    way and each campaign that waits; most people have none of either."""
    leaving = list(_leaving(profile, now))
    told = {one.place for one in leaving}
    rehearsed = [one for one in _rehearsed(profile, now) if one.place not in told]
    known = {one.place[0] for one in rehearsed if one.place}
    waiting = [one for one in _waiting(profile, now) if one.place and one.place[0] not in known]
    entries = [one.entry for one in (*leaving, *rehearsed, *waiting)]
    number = len(entries)
    said = ngettext("%(number)d message may come.", "%(number)d messages may come.", number)
    return Section(
        kind=SectionKind.PLAN, summary=said % {"number": number} if number else _("Nothing for now."),
        entries=entries,
    )  # fmt: skip


def _leaving(profile: Profile, now: datetime) -> Iterator[_Coming]:
    """What stands in the outbox, the service messages that they are owed among it."""
    keys = [row[0] for row in sql.rows(_COMING, {"profile": profile.pk, "now": now})]
    touches = Touch.objects.in_bulk(keys)
    mails = step_mail.of(touches.values())
    owed = {
        one.touch.pk: one for one in ServiceMessage.objects.filter(touch__in=keys).select_related("touch")
    }
    for touch in (touches[key] for key in keys if key in touches):
        if touch.pk in mails:
            mail = mails[touch.pk]
            place = (mail.version.campaign_id, mail.step.pk)
            yield from _step(touch, mail, place, profile, now)
        elif touch.pk in owed and not service.judge(profile, owed[touch.pk], now).reason:
            title = _("An answer, or what you had asked for")
            yield _Coming(entry=Entry(
                name=name("touch", touch.pk), title=title, detail=_on_its_way(touch, now), at=max(touch.due_at, now)
            ))  # fmt: skip


def _step(touch: Touch, mail: StepMail, place: _Place, profile: Profile, now: datetime) -> Iterator[_Coming]:
    waits = touch.state == TouchState.WAITING and touch.due_at > now
    detail, at = words.waits_for(touch.reason) if waits else "", max(touch.due_at, now)
    if touch.state != TouchState.HANDING_OVER:
        leaving = Leaving(step=mail.step, bookings=[mail.booking])
        held = suppression.weigh([profile.pk], mail.version, now, leaving=leaving)[profile.pk]
        if held.reason is not None:
            if held.until is None:  # it is stopped as soon as its turn comes
                return
            if held.until > touch.due_at:
                detail, at = words.waits_for(held.reason), max(now, held.until)
        if closed := batch.closed(mail, profile, at):
            if closed.until is None:
                return
            detail, at = detail or words.waits_for(closed.reason), closed.until
    detail = detail or _on_its_way(touch, now)
    entry = Entry(name=name("touch", touch.pk), title=words.message(mail.kind.name), detail=detail, at=at)
    yield _Coming(entry=entry, place=place)


def _on_its_way(touch: Touch, now: datetime) -> str:
    """What holds it until it is due; where nothing does, that it is on its way."""
    if touch.state == TouchState.WAITING and touch.due_at > now:
        return words.waits_for(touch.reason) or _("It could not leave yet: we try again.")
    return _("It is on its way.")


def _rehearsed(profile: Profile, now: datetime) -> Iterator[_Coming]:
    """What would leave in the coming days if nothing happened."""
    calendar = calendars.latest()
    if calendar is None:
        return
    rows = CalendarEntry.objects.filter(calendar=calendar, profile=profile, arm=Arm.TREATED, at__gt=now)
    for one in rows.select_related("campaign").order_by("at", "pk")[:MOST]:
        key = f"{profile.pk}:{one.campaign_id}:{one.step_id}"
        entry = Entry(
            name=name("calendar", key), title=words.message(one.campaign.kind), at=one.at,
            detail=_("If nothing happens until then."),
        )  # fmt: skip
        yield _Coming(entry=entry, place=(one.campaign_id, one.step_id))


def _waiting(profile: Profile, now: datetime) -> Iterator[_Coming]:
    """What waits for its turn. Of what they are held out from they learn nothing."""
    for one in _enrolled(profile):
        version = campaigns.current(one.campaign)
        held = suppression.weigh([profile.pk], version, now)[profile.pk]
        if held.reason is not None and not _ends(held):
            continue
        waits = one.reason if one.state == EnrolmentState.WAITING else Suppression.CAPACITY
        detail = words.waits_for(held.reason or waits)
        entry = Entry(
            name=name("enrolment", one.pk),
            title=words.message(one.campaign.kind),
            detail=detail,
            at=held.until,
        )
        yield _Coming(entry=entry, place=(one.campaign_id, None))


def _enrolled(profile: Profile) -> Sequence[Enrolment]:
    states = [EnrolmentState.WAITING, EnrolmentState.SUPPRESSED]
    rows = Enrolment.objects.filter(profile=profile, state__in=states, arm=Arm.TREATED)
    rows = rows.filter(campaign__state=CampaignState.ACTIVE).exclude(reason=Suppression.SHOP_CONTROL)
    return list(rows.select_related("campaign").order_by("-considered_at", "-pk")[:MOST])


def _ends(held: Judgement) -> bool:
    """Whether time ends what holds them, and they may know of it."""
    return held.until is not None and held.reason is not Suppression.SHOP_CONTROL
