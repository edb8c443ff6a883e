"""What came of a person within their outcome window: the one SQL text of it, for results and for what outlives them."""

from saleor_relacional.db import tables


def outcome(enrolment: str, *, now: str) -> str:
    """A query of one row (orders, kept) about an enrolment, up to an instant. Both arguments are SQL of ours.

    `enrolment`: the alias of its row. `orders`: how many purchases were placed within the window, in the enrolment's
    currency, and count. `kept`: what they sold less what was refunded of them; null where there is none.
    """
    return f"""SELECT count(*) AS orders, sum(u.sold - coalesce((
            SELECT sum(r.amount) FROM {tables.REFUND} r
            WHERE r.purchase_id = u.id AND r.currency = u.currency AND r.happened_at <= {now}), 0)) AS kept
        FROM {tables.PURCHASE} u
        WHERE u.profile_id = {enrolment}.profile_id AND u.state = 'counts' AND u.currency = {enrolment}.currency
          AND u.placed_at >= {enrolment}.started_at AND u.placed_at < {enrolment}.window_ends_at
          AND u.placed_at <= {now}"""


def objected(enrolment: str, *, now: str) -> str:
    """A condition: the person of an enrolment opted out within its window, up to an instant. Arguments as above."""
    return f"""EXISTS (SELECT 1 FROM {tables.CONSENT} c WHERE c.profile_id = {enrolment}.profile_id
        AND c.basis = 'opt_out' AND c.happened_at >= {enrolment}.started_at
        AND c.happened_at < {enrolment}.window_ends_at AND c.happened_at <= {now})"""
