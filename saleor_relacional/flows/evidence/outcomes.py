"""What came of a person within their outcome window: the one SQL text of it, for results and for what outlives them.

Money is told in the shop's reporting currency where the enrolment's currency has a rate into it, else in the
enrolment's own. Each purchase is told from the currency that it was paid in; what has no rate is told
beside it, per currency (`unrated`).
"""

from saleor_relacional.db import tables

TERMS = f"""(
    SELECT coalesce(min(reporting_currency), '') AS currency,
           coalesce(min((rates || jsonb_build_object(reporting_currency, '1'))::text), '{{}}')::jsonb AS rates
    FROM {tables.POLICY} WHERE id = 1 AND reporting_currency <> ''
) terms"""
"""One row: the reporting currency and what one of each currency is worth in it; empty while the owner has named none.
Whoever uses a text of this module joins it."""


def currency(enrolment: str) -> str:
    """In which currency the money of an enrolment is told. `enrolment`: the alias of its row."""
    return f"CASE WHEN terms.rates ? {enrolment}.currency THEN terms.currency ELSE {enrolment}.currency END"


def worth(paid: str, enrolment: str) -> str:
    """What one unit of the currency `paid` (SQL) is worth in `currency(enrolment)`; null without a rate."""
    return (
        f"CASE WHEN terms.rates ? {enrolment}.currency THEN (terms.rates ->> {paid})::numeric"
        f" WHEN {paid} = {enrolment}.currency THEN 1 END"
    )


def outcome(enrolment: str, *, now: str) -> str:
    """A query of one row (orders, kept) about an enrolment, up to an instant. Both arguments are SQL of ours.

    `enrolment`: the alias of its row. `orders`: how many purchases were placed within the window and count, of those
    whose money can be told in `currency(enrolment)`. `kept`: what they sold less what was refunded of them, in it; null
    where there is none.
    """
    told = worth("u.currency", enrolment)
    return f"""SELECT count({told}) AS orders, round(sum({told} * (u.sold - coalesce((
            SELECT sum(r.amount) FROM {tables.REFUND} r
            WHERE r.purchase_id = u.id AND r.currency = u.currency AND r.happened_at <= {now}), 0))), 3) AS kept
        FROM {tables.PURCHASE} u
        WHERE u.profile_id = {enrolment}.profile_id AND u.state = 'counts'
          AND u.placed_at >= {enrolment}.started_at AND u.placed_at < {enrolment}.window_ends_at
          AND u.placed_at <= {now}"""


def unrated(enrolment: str, *, now: str) -> str:
    """A query of (currency, kept) about an enrolment: as `outcome`, of the purchases without a rate, each currency by
    itself."""
    return f"""SELECT u.currency, sum(u.sold - coalesce((
            SELECT sum(r.amount) FROM {tables.REFUND} r
            WHERE r.purchase_id = u.id AND r.currency = u.currency AND r.happened_at <= {now}), 0)) AS kept
        FROM {tables.PURCHASE} u
        WHERE u.profile_id = {enrolment}.profile_id AND u.state = 'counts'
          AND u.placed_at >= {enrolment}.started_at AND u.placed_at < {enrolment}.window_ends_at
          AND u.placed_at <= {now} AND ({worth("u.currency", enrolment)}) IS NULL
        GROUP BY u.currency"""


def objected(enrolment: str, *, now: str) -> str:
    """A condition: the person of an enrolment opted out within its window, up to an instant. Arguments as above."""
    return f"""EXISTS (SELECT 1 FROM {tables.CONSENT} c WHERE c.profile_id = {enrolment}.profile_id
        AND c.basis = 'opt_out' AND c.happened_at >= {enrolment}.started_at
        AND c.happened_at < {enrolment}.window_ends_at AND c.happened_at <= {now})"""
