"""Send what is due: claim, ask again whether we may, ask the host whether they bought, make the code work, write the
mail, hand it over, say what became of it. Never two mails, never a silent loss: whatever dies on the way, the touch
ends in a named state (see lease).
"""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from saleor_relacional import conf
from saleor_relacional.db import sql
from saleor_relacional.emails.shapes import fill
from saleor_relacional.flows.campaigns.hindrance import Hindrance
from saleor_relacional.flows.incentives import staff_tasks
from saleor_relacional.flows.ingest import sweep
from saleor_relacional.flows.sending import batch, claims, lease, owed, step_mail
from saleor_relacional.flows.sending.batch import Free, Ready
from saleor_relacional.flows.sending.hand_over import NEXT_TRIES as NEXT_TRIES
from saleor_relacional.flows.sending.hand_over import Hand
from saleor_relacional.flows.sending.mail_server import providers
from saleor_relacional.flows.sending.mail_server.transport import Session
from saleor_relacional.flows.sending.shop_context import ShopContext
from saleor_relacional.flows.sending.step_mail import StepMail
from saleor_relacional.hosts.facts import FactKind
from saleor_relacional.models import Touch, TouchState

SWEPT_WITHIN = timedelta(hours=1)
"""How old the last sweep of orders may be. Behind that nothing leaves: who has bought would not be known."""
FRESH = 10.0
"""Seconds for which a batch's answers hold, waiting for the provider's rate included; whoever is not reached within
them is asked about again."""
_UNASKED = (
    "claim_token", "lease_until", "expires_at", "created_at", "ended_at", "because", "data_hash", "template_version",
)  # fmt: skip
"""Columns of a touch that nobody asks for who sends it."""
AT_ONCE = 500
"""Mails that are judged together."""


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


def send_due(*, now: datetime, limit: int = 100) -> Batch:
    """Claim and send up to so many touches. Any number of workers may do this at once.

    Not to be called inside a transaction: every step of a touch must outlive a crash in the next.
    """
    lease.recover(now)
    if not conf.host().active():
        return Batch(hindrance=Hindrance.PLUGIN_OFF)
    if not conf.mail_server():
        return Batch(hindrance=Hindrance.NO_MAIL_SERVER)
    late = not sweep.finished_within(FactKind.ORDER, SWEPT_WITHIN)
    token = uuid4()
    claimed = claims.claim_due(token, now, limit, campaigns=not late)
    if claimed.room.stopped:
        return Batch(hindrance=Hindrance.PROVIDER_STOPPED)
    if not claimed.touches:
        return Batch(hindrance=Hindrance.SWEEP_LATE if late else None)
    rows = Touch.objects.filter(pk__in=sql.among(claimed.touches)).defer(*_UNASKED)
    found = {touch.pk: touch for touch in rows}
    touches = [found[touch] for touch in claimed.touches if touch in found]
    with Session() as session:
        hand = Hand(token=token, session=session, room=claimed.room, now=now)
        try:
            _send(touches, hand, ShopContext(), now)
        finally:
            fill.forget()
    return Batch(ends=hand.ends, hindrance=_hindrance(session, now))


def _hindrance(session: Session, now: datetime) -> Hindrance | None:
    if session.down:
        return Hindrance.MAIL_SERVER
    return Hindrance.PROVIDER_STOPPED if session.refused and providers.current(now).stopped_at else None


def _send(touches: Sequence[Touch], hand: Hand, context: ShopContext, now: datetime) -> None:
    """In this order: those that are owed come first."""
    mails = step_mail.of(touches)
    for touch in touches:
        if touch.pk in mails:
            continue
        hand.keep_pace()
        if hand.may_go_on(touch):
            owed.send(touch, hand, context, now)
    rest = [mails[touch.pk] for touch in touches if touch.pk in mails]
    while rest:
        rest = _some(rest, hand, context, now)
    hand.settle()
    if mails:
        staff_tasks.appear()


def _some(mails: list[StepMail], hand: Hand, context: ShopContext, now: datetime) -> list[StepMail]:
    """Judge the next mails together and send them; those that have not been reached while the answers are fresh."""
    most = min(AT_ONCE, hand.places(FRESH))
    some, rest = mails[:most], mails[most:]
    hand.keep_pace()
    began = time.monotonic()
    judged = batch.judge(some, context, now)
    free = [one for one in judged.values() if isinstance(one, Free)]
    ready = batch.prepare(free, now) if free and hand.session.ready() else {}
    for place, mail in enumerate(some):
        known = judged[mail.touch.pk]
        one = ready.get(mail.touch.pk, known) if isinstance(known, Free) else known
        leaves_in = hand.pause() if isinstance(one, Ready) else 0.0
        if place and time.monotonic() + leaves_in - began > FRESH:
            return some[place:] + rest
        if leaves_in:
            hand.keep_pace()
        if not hand.may_go_on(mail.touch):
            continue
        if isinstance(one, Free):
            hand.unserved(mail.touch)
        elif isinstance(one, Ready):
            hand.send_step(one, context)
        else:
            hand.keep(mail.touch, one)
    return rest
