"""Whose a touch is, and what became of it. Every step is one conditional UPDATE of its own: losing it means that
somebody else has it, or that a purchase or an opt-out ended it.

queued, waiting → claimed → handing_over → sent | failed | unknown. Leases live by the database's clock. A
claim that ran out before the hand-over goes back; one that ran out after it began may have reached the
mail server, so it is `unknown` and is not sent again.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from saleor_relacional import conf
from saleor_relacional.db import planned, sql, tables
from saleor_relacional.flows.incentives import staff_tasks, stop
from saleor_relacional.flows.sending.mail_server import providers

HAND_OVER = timedelta(minutes=2)
"""For one mail; longer than a mail server may take to answer."""

CLAIMED = "claimed"
HANDING_OVER = "handing_over"
UNKNOWN = "unknown"

_BACK = f"""
UPDATE {tables.TOUCH}
SET state = 'queued', attempts = attempts + 1, claim_token = NULL, lease_until = NULL
WHERE id IN (
    SELECT id FROM {tables.TOUCH}
    WHERE state = 'claimed' AND lease_until < clock_timestamp() FOR UPDATE SKIP LOCKED)
"""
_UNKNOWN = f"""
UPDATE {tables.TOUCH} SET state = 'unknown', reason = 'interrupted', ended_at = %(now)s
WHERE id IN (
    SELECT id FROM {tables.TOUCH}
    WHERE state = 'handing_over' AND lease_until < clock_timestamp() FOR UPDATE SKIP LOCKED)
"""
_EXPIRE = f"""
UPDATE {tables.TOUCH}
SET state = 'expired', ended_at = %(now)s, reason = CASE WHEN reason = '' THEN 'too_late' ELSE reason END
WHERE id IN (
    SELECT id FROM {tables.TOUCH}
    WHERE state IN ('queued', 'waiting') AND expires_at <= %(now)s FOR UPDATE SKIP LOCKED)
RETURNING enrolment_id, service_id
"""
_DURABLE = """
CASE current_setting('synchronous_commit') WHEN 'off' THEN set_config('synchronous_commit', 'on', true) ELSE '' END
"""
"""A hand-over must not begin anew after a crash of the database because its beginning was not written down: where a
shop's database commits before it writes, this one waits, for its own transaction alone."""
_BEGIN = f"""
UPDATE {tables.TOUCH} t
SET state = 'handing_over', lease_until = clock_timestamp() + %(lease)s,
    template_version = %(template_version)s, data_hash = %(data_hash)s, because = %(because)s::jsonb
WHERE t.id = %(touch)s AND t.claim_token = %(token)s AND t.state = 'claimed' AND t.profile_id = %(profile)s
  AND {_DURABLE} IS NOT NULL
  AND NOT EXISTS (
    SELECT FROM {tables.MAIL_PROVIDER} p WHERE p.name = %(provider)s AND p.stopped_at IS NOT NULL)
  AND (EXISTS (SELECT FROM {tables.SERVICE_MESSAGE} s WHERE s.id = t.service_id AND s.url = %(url)s) OR EXISTS (
    SELECT FROM {tables.ENROLMENT} e JOIN {tables.CAMPAIGN} c ON c.id = e.campaign_id
    WHERE e.id = t.enrolment_id AND c.state = 'active' AND c.activated_url = %(url)s))
"""
_BEGIN_ALONE = f"{_BEGIN} RETURNING t.id"
_SENT = f"""
UPDATE {tables.TOUCH}
SET state = 'sent', reason = '', ended_at = %(now)s, claim_token = NULL, lease_until = NULL,
    provider_id = %(provider_id)s
WHERE id = %(sent)s AND claim_token = %(token)s AND state IN ('handing_over', 'unknown')
RETURNING enrolment_id, step_id
"""
_TOLD = f"""
UPDATE {tables.CONTACT} c SET sent_at = %(now)s FROM sent
WHERE c.enrolment_id = sent.enrolment_id AND c.step_id = sent.step_id AND c.sent_at IS NULL
"""
_ACCEPTED = f"UPDATE {tables.MAIL_PROVIDER} SET refusals = 0 WHERE name = %(provider)s AND refusals > 0"
_SENT_ALONE = f"""
WITH sent AS ({_SENT}), told AS ({_TOLD}), accepted AS ({_ACCEPTED})
SELECT count(*), 0 FROM sent
"""
_SENT_AND_BEGIN = f"""
WITH sent AS ({_SENT}), told AS ({_TOLD}), accepted AS ({_ACCEPTED}), begun AS ({_BEGIN_ALONE})
SELECT (SELECT count(*) FROM sent), (SELECT count(*) FROM begun)
"""
_END = f"""
UPDATE {tables.TOUCH}
SET state = %(state)s, reason = %(reason)s, ended_at = %(now)s, claim_token = NULL, lease_until = NULL
WHERE id = %(touch)s AND claim_token = %(token)s AND state = ANY(%(from)s) RETURNING enrolment_id
"""
_WAIT = f"""
UPDATE {tables.TOUCH}
SET state = %(state)s, reason = %(reason)s, due_at = %(due_at)s, attempts = attempts + %(attempt)s,
    claim_token = NULL, lease_until = NULL
WHERE id = %(touch)s AND claim_token = %(token)s AND state = %(from)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A mail that was accepted and of which that is not written down yet."""

    touch: int
    provider_id: str


def recover(now: datetime) -> None:
    """Name what dead senders left behind, and end what is too late."""
    sql.run(_BACK)
    sql.run(_UNKNOWN, {"now": now})
    stop.release(sql.rows(_EXPIRE, {"now": now}), now)
    staff_tasks.appear()


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """A mail whose hand-over is to begin."""

    touch: int
    profile: int
    template_version: str
    data_hash: str
    because: Mapping[str, Any] = field(default_factory=dict)
    """Why they are written to: see why.py."""


def begin(beginning: Beginning, token: UUID) -> bool:
    """The last moment at which it can be stopped. False: it was, or its campaign or all sending was, or the person was
    forgotten."""
    return bool(planned.rows(_BEGIN_ALONE, {"token": token, **_begin(beginning)}))


def sent_and_begin(sent: Sent, beginning: Beginning, token: UUID, now: datetime) -> tuple[bool, bool]:
    """Write down that one mail was accepted, in the contact budget, too, and begin the next, in one statement: whether
    the first was still ours, and as `begin`."""
    asked = {**_begin(beginning), **_sent(sent, now), "token": token}
    [(ours, begun)] = planned.rows(_SENT_AND_BEGIN, asked)
    return ours == 1, begun == 1


def accepted(sent: Sent, token: UUID, now: datetime) -> bool:
    """Write down that a mail was accepted; whether it was still ours."""
    [(ours, _)] = sql.rows(_SENT_ALONE, {**_sent(sent, now), "token": token, "provider": providers.name()})
    return bool(ours == 1)


def end(touch: int, token: UUID, state: str, reason: str, now: datetime, *, before: Sequence[str]) -> bool:
    """Its end, if it is still ours in one of these states."""
    return _one(_END, touch, token, state=state, reason=reason, now=now, **{"from": list(before)})


def wait(touch: int, token: UUID, reason: str, due_at: datetime, *, before: str, tried: bool = True) -> bool:
    """Held, with a next try, if it is still ours in this state. `tried`: this counts as a try."""
    return _one(
        _WAIT,
        touch,
        token,
        state="waiting",
        reason=reason,
        due_at=due_at,
        attempt=int(tried),
        **{"from": before},
    )


def put_back(touch: int, token: UUID, due_at: datetime) -> bool:
    """As if we had never claimed it."""
    return _one(_WAIT, touch, token, state="queued", reason="", due_at=due_at, attempt=0, **{"from": CLAIMED})


def _begin(beginning: Beginning) -> dict[str, Any]:
    return {
        "touch": beginning.touch, "profile": beginning.profile, "data_hash": beginning.data_hash,
        "template_version": beginning.template_version, "because": json.dumps(dict(beginning.because)),
        "lease": HAND_OVER, "url": conf.host().public_url(), "provider": providers.name(),
    }  # fmt: skip


def _sent(sent: Sent, now: datetime) -> dict[str, Any]:
    return {"sent": sent.touch, "provider_id": sent.provider_id, "now": now}


def _one(statement: str, touch: int, token: UUID, **more: Any) -> bool:
    return sql.run(statement, {"touch": touch, "token": token, **more}) == 1
