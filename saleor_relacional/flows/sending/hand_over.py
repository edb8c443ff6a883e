"""One mail after the other through one connection: written, begun, handed over, ended by name.

That a mail was accepted is written down together with the beginning of the next, in one statement; whoever dies between
the two leaves one `unknown`, as they would anyway.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from saleor_relacional import conf
from saleor_relacional.db import locks, sql
from saleor_relacional.db.locks import Hold
from saleor_relacional.errors import RelacionalError
from saleor_relacional.flows import failures
from saleor_relacional.flows.campaigns.suppression import Suppression
from saleor_relacional.flows.contact import booking
from saleor_relacional.flows.incentives import staff_tasks, stop
from saleor_relacional.flows.people import merge
from saleor_relacional.flows.sending import compose, lease
from saleor_relacional.flows.sending.batch import Ready
from saleor_relacional.flows.sending.compose import Composed
from saleor_relacional.flows.sending.heard import refusals, webhooks
from saleor_relacional.flows.sending.last_question import Objection
from saleor_relacional.flows.sending.lease import Beginning, Sent
from saleor_relacional.flows.sending.mail_server import providers
from saleor_relacional.flows.sending.mail_server.providers import Room
from saleor_relacional.flows.sending.mail_server.smtp_answers import Submission, SubmissionResult
from saleor_relacional.flows.sending.mail_server.transport import Session
from saleor_relacional.flows.sending.shop_context import ShopContext
from saleor_relacional.models import Profile, Touch, TouchState

NEXT_TRIES = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4))
"""On the shop's clock; the last one repeats until the touch expires."""
ASKED_EVERY = 1.0
"""Seconds after which the host is asked again whether we are switched on."""
OURS = (lease.CLAIMED,)
HANDED = (lease.HANDING_OVER, lease.UNKNOWN)
"""We learn what became of a mail even when our lease ran out meanwhile."""


class Hand:
    """What hands a batch over, and counts what became of it."""

    def __init__(self, *, token: UUID, session: Session, room: Room, now: datetime) -> None:
        self.token, self.session, self.now = token, session, now
        self.ends: Counter[str] = Counter()
        self._accepted: Sent | None = None
        self._gap = 1.0 / room.per_second if room.per_second else 0.0
        self._next = time.monotonic() + room.begins_in
        self._asked_at, self._active = float("-inf"), True

    def may_go_on(self, touch: Touch) -> bool:
        """Whether we are still switched on; else the touch goes back as it was."""
        if time.monotonic() - self._asked_at >= ASKED_EVERY:
            self._active, self._asked_at = conf.host().active(), time.monotonic()
        if not self._active:
            self.put_back(touch)
        return self._active

    def pause(self) -> float:
        """Seconds until the next mail's place in time."""
        return max(0.0, self._next - time.monotonic()) if self._gap else 0.0

    def places(self, seconds: float) -> int:
        """How many mails leave within so many seconds, at most."""
        return 1 + int(seconds / self._gap) if self._gap else sys.maxsize

    def keep_pace(self) -> None:
        """Wait for the next mail's place in time. Whatever is asked about a mail is asked after it."""
        if pause := self.pause():
            self.settle()
            time.sleep(pause)

    def send_step(self, ready: Ready, context: ShopContext) -> None:
        """A step of a campaign."""
        mail = ready.mail

        def left(sent: bool) -> None:
            if mail.kind.apologises or not sent:
                self._left(ready, sent)

        self.send(
            mail.touch,
            ready.profile,
            lambda: compose.compose(ready, ready.profile, context, self.now),
            left,
            later=not mail.kind.apologises,
        )

    def send(
        self, touch: Touch, profile: Profile, write: Callable[[], Composed], left: Callable[[bool], None], *,
        later: bool = False,
    ) -> None:  # fmt: skip
        """One mail, to its end or its next try.
        `left`: what is to be written down when it has left (True) or may have (False). `later`: nothing is, so that
        the end may be written with the next beginning."""

        def handed_over() -> None:
            if self.session.ready():
                self._hand_over(touch, profile, write(), left, later)
            else:
                self.unserved(touch)

        self.apart(touch, handed_over)

    def apart(self, touch: Touch, work: Callable[[], None]) -> None:
        """All that is asked and done for one mail: what surprises us with it ends or keeps it, and no other."""
        try:
            work()
        except RelacionalError as error:
            failures.count("send", error, now=self.now)
            self.end(touch, TouchState.FAILED, error.code.lower()[:32])
        except Exception as error:  # noqa: BLE001 - counted; tried again until it expires, unless it may have left
            failures.count("send", error, now=self.now)
            before = [lease.HANDING_OVER]
            if lease.end(touch.pk, self.token, TouchState.UNKNOWN.value, "error", self.now, before=before):
                self.ends[TouchState.UNKNOWN.value] += 1
            else:
                self.wait(touch, "error")

    def keep(self, touch: Touch, why: Objection | Exception) -> None:
        """Something keeps the mail from leaving now, or for good."""
        if isinstance(why, RelacionalError):
            self.end(touch, TouchState.FAILED, why.code.lower()[:32])
        elif isinstance(why, Exception):
            self.wait(touch, "error")
        elif why.reason == Suppression.MERGED:
            self.apart(touch, lambda: self.follow(touch))
        elif why.until is None:
            self.end(touch, TouchState.SUPPRESSED, why.reason)
        else:
            waits = lease.wait(touch.pk, self.token, why.reason, why.until, before=lease.CLAIMED)
            self._count(waits, TouchState.WAITING)

    def unserved(self, touch: Touch) -> None:
        """Nobody listens: it was not tried itself, so it waits no longer for it the next time."""
        due_at = self.now + NEXT_TRIES[0]
        waits = lease.wait(touch.pk, self.token, "mail_server", due_at, before=lease.CLAIMED, tried=False)
        self._count(waits, TouchState.WAITING)

    def follow(self, touch: Touch) -> None:
        """Who it was for is somebody else by now: it goes to them, also where it was written after they became one, and
        they are asked about next. Where nobody is left to go to, it ends."""
        self.settle()  # we may have to wait for whoever holds the two
        whose = touch.profile_id or 0
        merge.collect_from(whose, self.now)
        stays = Touch.objects.filter(pk=touch.pk, profile=whose, profile__merged_into__isnull=False)
        if stays.exists():
            self.end(touch, TouchState.SUPPRESSED, Suppression.MERGED)
        else:
            self.put_back(touch)

    def put_back(self, touch: Touch) -> None:
        """As if it had never been claimed."""
        self._count(lease.put_back(touch.pk, self.token, touch.due_at), TouchState.QUEUED)

    def wait(self, touch: Touch, reason: str, before: str = lease.CLAIMED) -> None:
        """Held; longer each time."""
        pause = NEXT_TRIES[min(touch.attempts, len(NEXT_TRIES) - 1)]
        waits = lease.wait(touch.pk, self.token, reason, self.now + pause, before=before)
        self._count(waits, TouchState.WAITING)

    def end(self, touch: Touch, state: TouchState, reason: str, before: tuple[str, ...] = OURS) -> bool:
        """Its end, if it is still ours; whether it was. What goes with it does not leave either."""
        done = lease.end(touch.pk, self.token, state.value, reason, self.now, before=before)
        if done and state is not TouchState.UNKNOWN:
            stop.release([(touch.enrolment_id, touch.service_id)], self.now)
        self._count(done, state)
        return done

    def settle(self) -> None:
        """Write down the last mail that was accepted."""
        if self._accepted is not None:
            sent, self._accepted = self._accepted, None
            self._count(lease.accepted(sent, self.token, self.now), TouchState.SENT)

    def _hand_over(
        self, touch: Touch, profile: Profile, composed: Composed, left: Callable[[bool], None], later: bool
    ) -> None:
        self._take_place()
        if not self._begin(touch, profile, composed):
            self.put_back(touch)
            return
        webhooks.mark(composed.mail, touch)
        answer = self.session.hand_over(composed.mail)
        if answer.result is SubmissionResult.ACCEPTED:
            self._accepted = Sent(touch=touch.pk, provider_id=answer.provider_id)
            if not later:
                self.settle()
                left(True)
        else:
            self._refused(touch, profile, answer, left)

    def _begin(self, touch: Touch, profile: Profile, composed: Composed) -> bool:
        beginning = Beginning(
            touch=touch.pk, profile=profile.pk, template_version=composed.template_version,
            data_hash=composed.data_hash, because=composed.because,
        )  # fmt: skip
        if self._accepted is None:
            return lease.begin(beginning, self.token)
        sent, self._accepted = self._accepted, None
        ours, begun = lease.sent_and_begin(sent, beginning, self.token, self.now)
        self._count(ours, TouchState.SENT)
        return begun

    def _refused(
        self, touch: Touch, profile: Profile, answer: Submission, left: Callable[[bool], None]
    ) -> None:
        result, again = answer.result, touch.reason == answer.reason
        if answer.refused:
            stops = answer.reason if result is SubmissionResult.STOP and not again else ""
            providers.refused(self.now, stops_by=stops)
        if result is SubmissionResult.UNKNOWN:
            if self.end(touch, TouchState.UNKNOWN, answer.reason, HANDED):
                left(False)
        elif result is SubmissionResult.LATER or (result is SubmissionResult.STOP and not again):
            self.wait(touch, answer.reason, lease.HANDING_OVER)
        else:
            ours = self.end(touch, TouchState.FAILED, answer.reason, HANDED)
            if result is SubmissionResult.NO_SUCH_ADDRESS:
                refusals.no_such_address(touch, profile, answer.reason, self.now, ours=ours)

    def _take_place(self) -> None:
        if self._gap:
            self._next = max(self._next, time.monotonic() - self._gap) + self._gap

    def _left(self, ready: Ready, sent: bool) -> None:
        """Say in the contact budget that the message has left, and that it was an apology."""
        staff_tasks.appear(ready.mail.enrolment_id)
        with sql.atomic():
            there = locks.lock_people([ready.profile.pk], Hold.WRITE)
            booking.mark_sent([(*ready.mail.booking, self.now)])
            if there and ready.mail.kind.apologises:
                booking.apologised(there[0], self.now)

    def _count(self, done: bool, state: TouchState) -> None:
        self.ends[state.value if done else "lost"] += 1
