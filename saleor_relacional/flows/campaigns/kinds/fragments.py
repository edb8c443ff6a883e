"""What several kinds ask of the facts of a person: SQL over the alias `s`, with the parameter %(now)s."""

from datetime import datetime

from saleor_relacional.db import sql, tables

BOUGHT = (
    f"SELECT u.placed_at FROM {tables.PURCHASE} u WHERE u.profile_id = s.profile_id AND u.state = 'counts'"
)
"""A query: when they bought."""

NOTHING_BOUGHT = f"NOT EXISTS ({BOUGHT})"
"""Condition: all that they bought was taken back, or they have bought nothing."""

LAST_GONE = f"NOT EXISTS ({BOUGHT} AND u.placed_at = s.last_at)"
"""Condition: the purchase that was last scored was taken back, or there is none."""

BOUGHT_AGAIN = (
    f"""EXISTS ({BOUGHT} AND u.placed_at <= %(now)s AND (s.last_at IS NULL OR u.placed_at > s.last_at))"""
)
"""Condition: they have bought since the purchase that was last scored."""

_REFUND = f"""SELECT FROM {tables.REFUND} r WHERE r.profile_id = s.profile_id AND r.happened_at <= %(now)s
    AND NOT EXISTS (SELECT FROM {tables.PURCHASE} u WHERE u.id = r.purchase_id AND u.state = 'not_mine')"""
REFUNDED = f"EXISTS ({_REFUND})"
"""Condition: money went back to them, whenever it was."""

REFUNDED_SINCE = f"EXISTS ({_REFUND} AND r.happened_at >= s.last_at)"
"""Condition: money went back to them since the purchase that was last scored."""

LAST_OWN_ACT = f"""coalesce(greatest(s.last_at, (SELECT max(own.happened_at) FROM {tables.CONSENT} own
    WHERE own.profile_id = s.profile_id AND own.basis = 'opt_in' AND own.purpose IN ('content', 'offers')
      AND own.happened_at <= %(now)s),
    (SELECT max(said.at) FROM {tables.CONTACT} said WHERE said.profile_id = s.profile_id
     AND said.kind IN ('answer', 'question') AND said.at <= %(now)s)), '-infinity'::timestamptz)"""
"""Moment of what they last did of their own accord: an order, an opt-in, an answer, a question. Opening a mail is
none."""

_ENTERED = f"""EXISTS (SELECT FROM {tables.STAGE_CHANGE} came
    WHERE came.profile_id = s.profile_id AND came.stage = ANY(%(stages)s) AND came.previous <> ALL(%(stages)s)
      AND came.happened_at > %(since)s AND came.happened_at <= %(now)s"""
ENTERED_BY_TIME = f"{_ENTERED} AND came.cause = 'time')"
"""Condition: time alone has brought them into the stages since %(since)s, from others."""
ENTERED_BY_PURCHASE = f"{_ENTERED} AND came.cause = 'purchase')"
"""Condition: an order has brought them there."""
FIRST_BOUGHT_LATELY = (
    "s.first_day > (%(since)s AT TIME ZONE %(zone)s)::date AND s.first_day <= %(today)s::date"
)
"""Condition: they bought for the first time since %(since)s."""

LONGEST_WAIT = 365
"""Days that a step waits at most, however slow the rhythm."""
UNKNOWN_RHYTHM = 30
"""Days that stand for the rhythm of somebody who has none, because they have bought nothing yet."""

WAIT = f"""make_interval(secs => 86400 * least({LONGEST_WAIT}, step.wait_days + step.wait_rhythms::float8
    * least({LONGEST_WAIT}, coalesce(exp(least(s.rhythm_log_mean, 10)), {UNKNOWN_RHYTHM}))))"""
"""How long a step waits (the alias `step`): days, or own rhythms of the person, the middle of their gaps between
purchases."""

_STARTED_AGO = f"""SELECT e.profile_id FROM {tables.ENROLMENT} e JOIN {tables.CAMPAIGN} c ON c.id = e.campaign_id
    WHERE c.kind = %(kind)s AND e.profile_id IS NOT NULL
      AND e.started_at > %(after)s - make_interval(days => %(days)s)
      AND e.started_at <= %(until)s - make_interval(days => %(days)s)"""


def started_ago(kind: str, days: int, after: datetime, until: datetime) -> list[int]:
    """Whom campaigns of a kind started so many days before a moment between these two."""
    asked = {"kind": kind, "days": days, "after": after, "until": until}
    return [row[0] for row in sql.rows(_STARTED_AGO, asked)]
