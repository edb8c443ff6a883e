"""Send what is due: claim, ask again whether we may, ask the host whether they bought, make the code work, write the
mail, hand it over, say what became of it. Never two mails, never a silent loss: whatever dies on the way, the touch
ends in a named state (see lease).
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from saleor_relacional import conf
from saleor_relacional.db import locks, sql
from saleor_relacional.db.locks import Hold
from saleor_relacional.errors import RelacionalError
from saleor_relacional.flows import failures, policy
from saleor_relacional.flows.campaigns import suppression
from saleor_relacional.flows.campaigns.hindrance import Hindrance
from saleor_relacional.flows.campaigns.suppression import Leaving
from saleor_relacional.flows.contact import booking, contact_policy, standing
from saleor_relacional.flows.incentives import codes, incentive, staff_tasks, stop
from saleor_relacional.flows.ingest import sweep
from saleor_relacional.flows.preferences import preferences
from saleor_relacional.flows.sending import compose, last_question, lease, service
from saleor_relacional.flows.sending.compose import Composed, ShopContext
from saleor_relacional.flows.sending.last_question import Objection
from saleor_relacional.flows.sending.step_mail import StepMail
from saleor_relacional.flows.sending.transport import Session, Submission, SubmissionResult
from saleor_relacional.hosts.facts import FactKind
from saleor_relacional.models import CampaignVersion, Incentive, Profile, ServiceMessage, Touch, TouchState
from saleor_relacional.rules.contact import hours

SWEPT_WITHIN = timedelta(hours=1)
"""How old the last sweep of orders may be. Behind that nothing leaves: who has bought would not be known."""
NEXT_TRIES = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4))
"""On the shop's clock; the last one repeats until the touch expires."""

QUIET_HOURS = "quiet_hours"
"""Why a mail waits for the hour at which the shop writes to somebody."""

OURS = (lease.CLAIMED,)
HANDED = (lease.HANDING_OVER, lease.UNKNOWN)
"""We learn what became of a mail even when our lease ran out meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What became of one batch."""

    hindrance: Hindrance | None = None
    """Why nothing (more) can leave now."""
    ends: Counter[str] = field(default_factory=Counter)
    """TouchState → how many of ours; "lost" were stopped, or taken, by somebody else."""

    @property
    def sent(self) -> int:
        """Mails that the mail server accepted."""
        return self.ends[TouchState.SENT.value]


def send_due(*, now: datetime, limit: int = 50) -> Batch:
    """Claim and send up to so many touches. Any number of workers may do this at once.

    Not to be called inside a transaction: every step of a touch must outlive a crash in the next.
    """
    lease.recover(now)
    if not conf.host().active():
        return Batch(hindrance=Hindrance.PLUGIN_OFF)
    if not conf.mail_server():
        return Batch(hindrance=Hindrance.NO_MAIL_SERVER)
    token = uuid4()
    claimed = lease.claim_service(token, now, limit)
    late = not sweep.finished_within(FactKind.ORDER, SWEPT_WITHIN)
    if not late and len(claimed) < limit:
        claimed += lease.claim(token, now, limit - len(claimed))
    ends: Counter[str] = Counter()
    if not claimed:
        return Batch(hindrance=Hindrance.SWEEP_LATE if late else None)
    context = ShopContext()
    touches = _loaded(claimed)
    steps = {touch.pk: step for touch in touches if (step := StepMail.of(touch))}
    objections = last_question.ask([*steps.values()], now)
    with Session() as session:
        for touch in touches:
            ends[
                _send(touch, steps.get(touch.pk), token, session, context, objections.get(touch.pk), now)
            ] += 1
    return Batch(ends=ends, hindrance=Hindrance.MAIL_SERVER if session.down else None)


def _loaded(ids: list[int]) -> list[Touch]:
    """In this order: the most promising first."""
    rows = Touch.objects.select_related("enrolment__version__campaign", "step", "rung").in_bulk(ids)
    return [rows[touch] for touch in ids if touch in rows]


def _send(
    touch: Touch, step: StepMail | None, token: UUID, session: Session, context: ShopContext,
    objection: Objection | None, now: datetime,
) -> str:  # fmt: skip
    """One touch, to its end or its next try. What surprises us with one person must not keep the others'
    mails."""
    try:
        if not conf.host().active():
            return _lost(lease.put_back(touch.pk, token, touch.due_at), TouchState.QUEUED)
        profile = Profile.objects.filter(pk=touch.profile_id or 0).first()
        if step is None:
            return _carry_service(touch, token, profile, session, context, now)
        return _carry(step, token, profile, session, context, objection, now)
    except RelacionalError as error:
        failures.count("send", error, now=now)
        return _end(touch, token, TouchState.FAILED, error.code.lower()[:32], now)
    except Exception as error:  # noqa: BLE001 - counted; tried again until it expires, unless it may have left
        failures.count("send", error, now=now)
        if lease.end(touch.pk, token, TouchState.UNKNOWN.value, "error", now, before=[lease.HANDING_OVER]):
            return TouchState.UNKNOWN.value
        return _wait(touch, token, "error", now)


def _carry(
    step: StepMail, token: UUID, profile: Profile | None, session: Session, context: ShopContext,
    objection: Objection | None, now: datetime,
) -> str:  # fmt: skip
    touch, person = step.touch, step.touch.profile_id or 0
    leaving = Leaving(step=step.step, bookings=[step.booking])
    judged = suppression.weigh([person], step.version, now, leaving=leaving)[person]
    if profile is None or judged.reason is not None:
        reason = judged.reason or suppression.Suppression.FORGOTTEN
        return _object(touch, token, Objection(reason=reason.value, until=judged.until), now)
    objection = objection or _closed(profile, step.version, context, now)
    if objection is not None:
        return _object(touch, token, objection, now)
    if not session.ready():
        return _wait(touch, token, "mail_server", now)
    sender = policy.senders()[judged.channel]
    offer = _issued(step, judged.channel, now)
    composed = compose.compose(step, profile, offer, sender, judged, context, now)
    return _hand_over(touch, token, profile, composed, session, now)


def _carry_service(
    touch: Touch, token: UUID, profile: Profile | None, session: Session, context: ShopContext, now: datetime
) -> str:  # fmt: skip
    owed = ServiceMessage.objects.get(touch=touch)
    judged = service.judge(profile, owed, now)
    if profile is None or judged.sender is None or judged.reason:
        return _end(touch, token, TouchState.SUPPRESSED, judged.reason, now)
    if not session.ready():
        return _wait(touch, token, "mail_server", now)
    composed = compose.compose_service(touch, owed, profile, judged.sender, context, now)
    return _hand_over(touch, token, profile, composed, session, now)


def _object(touch: Touch, token: UUID, objection: Objection, now: datetime) -> str:
    """Something keeps the mail from leaving now, or for good."""
    if objection.until is None:
        return _end(touch, token, TouchState.SUPPRESSED, objection.reason, now)
    waits = lease.wait(touch.pk, token, objection.reason, objection.until, before=lease.CLAIMED)
    return _lost(waits, TouchState.WAITING)


def _closed(
    profile: Profile, version: CampaignVersion, context: ShopContext, now: datetime
) -> Objection | None:
    """The hours at which the campaign writes to somebody who lives where they do."""
    zone = ZoneInfo(standing.known_zone(profile.time_zone) or context.time_zone)
    policy = context.contact_policy.stricter(contact_policy.own(version))
    opens = hours.next_open(now, zone, policy, preferences.quiet(profile.pk))
    return None if opens is not None and opens <= now else Objection(reason=QUIET_HOURS, until=opens)


def _issued(step: StepMail, channel: str, now: datetime) -> Incentive | None:
    """What was promised, working at the host; None when there is none, or none any more (a gift was the last one): then
    it is just a word."""
    promised = Incentive.objects.filter(enrolment=step.enrolment, step=step.step)
    planned = promised.select_related("rung__step__version", "step__version__campaign", "profile").first()
    if planned is None or channel not in planned.channels:
        return None
    if planned.issued_at is None and not codes.available(planned.rung):
        incentive.withdraw([step.enrolment.pk], now)
        return None
    return planned if incentive.issue(planned, now) else None


def _hand_over(
    touch: Touch, token: UUID, profile: Profile, composed: Composed, session: Session, now: datetime
) -> str:
    begun = lease.begin(
        touch.pk, token, profile=profile.pk,
        template_version=composed.template_version, data_hash=composed.data_hash, because=composed.because,
    )  # fmt: skip
    if not begun:
        return _lost(lease.put_back(touch.pk, token, touch.due_at), TouchState.QUEUED)
    answer = session.hand_over(composed.mail)
    return _say(touch, token, answer, now)


def _say(touch: Touch, token: UUID, answer: Submission, now: datetime) -> str:
    if answer.result is SubmissionResult.LATER:
        return _wait(touch, token, answer.reason, now, before=lease.HANDING_OVER)
    state = {
        SubmissionResult.ACCEPTED: TouchState.SENT,
        SubmissionResult.REFUSED: TouchState.FAILED,
        SubmissionResult.UNKNOWN: TouchState.UNKNOWN,
    }[answer.result]
    return _end(touch, token, state, answer.reason, now, before=HANDED)


def _end(
    touch: Touch, token: UUID, state: TouchState, reason: str, now: datetime, before: tuple[str, ...] = OURS
) -> str:
    done = lease.end(touch.pk, token, state.value, reason, now, before=before)
    if not done:
        return "lost"
    if state in (TouchState.SENT, TouchState.UNKNOWN):
        _left(touch, now)
    else:
        stop.release([(touch.enrolment_id, touch.service_id)], now)
    return state.value


def _left(touch: Touch, now: datetime) -> None:
    """Say in the contact budget that the message has left, and that it was an apology."""
    step = StepMail.of(touch)
    if step is None:
        stop.empty([touch.service_id or 0])
        return
    staff_tasks.appear(step.enrolment.pk)
    with sql.atomic():
        there = locks.lock_people([touch.profile_id or 0], Hold.WRITE)
        booking.mark_sent([(*step.booking, now)])
        if there and step.kind.apologises:
            booking.apologised(there[0], now)


def _wait(touch: Touch, token: UUID, reason: str, now: datetime, before: str = lease.CLAIMED) -> str:
    pause = NEXT_TRIES[min(touch.attempts, len(NEXT_TRIES) - 1)]
    return _lost(lease.wait(touch.pk, token, reason, now + pause, before=before), TouchState.WAITING)


def _lost(done: bool, state: TouchState) -> str:
    return state.value if done else "lost"
