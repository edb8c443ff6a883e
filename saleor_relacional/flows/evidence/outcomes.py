"""What a person kept us within their outcome window: the one SQL text of it, for results and for what outlives a person."""

from saleor_relacional.db import tables


def outcome(enrolment: str, *, now: str) -> str:
    """A query of one row (orders, kept) about the enrolment of this alias, up to the instant `now`. Both are SQL of ours.

    `orders` counts the purchases placed within the window, in the enrolment's currency, that were not withdrawn. `kept` is
    what they sold less what was refunded of them; null where there is none.
    """
    return f"""SELECT count(*) AS orders, sum(u.sold - coalesce((
            SELECT sum(r.amount) FROM {tables.REFUND} r
            WHERE r.purchase_id = u.id AND r.currency = u.currency AND r.happened_at <= {now}), 0)) AS kept
        FROM {tables.PURCHASE} u
        WHERE u.profile_id = {enrolment}.profile_id AND u.state = 'counts' AND u.currency = {enrolment}.currency
          AND u.placed_at >= {enrolment}.started_at AND u.placed_at < {enrolment}.window_ends_at
          AND u.placed_at <= {now}"""
