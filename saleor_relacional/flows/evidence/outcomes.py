"""What came of a person within their outcome window: the one SQL text of it, for results and for what outlives them.

Money is told in the shop's reporting currency where the enrolment's currency has a rate into it, else in the
enrolment's own. Each purchase is told from the currency that it was paid in; what has no rate is told
beside it, per currency (`unrated`).

Of somebody who is forgotten the outcomes are frozen beside the enrolment (`frozen`), numbers that name nobody; `told`
reads both.
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


def after_ends(enrolment: str) -> str:
    """When the window after it ends, which is as long: what a campaign has only brought forward is missing there."""
    return f"{enrolment}.window_ends_at + ({enrolment}.window_ends_at - {enrolment}.started_at)"


def outcome(enrolment: str, *, now: str) -> str:
    """A query of one row (orders, kept, listed, refunded, after) about an enrolment, up to an instant. Both arguments
    are SQL of ours.

    `enrolment`: the alias of its row. `orders`: how many purchases were placed within the window and count, of those
    whose money can be told in `currency(enrolment)`. `kept`: what they sold less what was refunded of them, in it; null
    where there is none. `listed`: the same before discounts, what the money cap looks at. `refunded`: whether money
    went back of anything that was bought within it, in part or whole, though what was given back whole is no purchase
    any more. `after`: as `kept`, of the window after it (`after_ends`).
    """
    told = worth("u.currency", enrolment)
    inside = f"u.placed_at < {enrolment}.window_ends_at"
    counts = f"FILTER (WHERE u.state <> 'empty' AND {inside})"
    return f"""SELECT count({told}) {counts} AS orders, round(sum({told} * (u.sold - back.amount)) {counts}, 3) AS kept,
            round(sum({told} * (u.sold + u.discount - back.amount)) {counts}, 3) AS listed,
            coalesce(bool_or(back.amount > 0) FILTER (WHERE {inside}), false) AS refunded,
            round(sum({told} * (u.sold - back.amount))
                FILTER (WHERE u.state <> 'empty' AND u.placed_at >= {enrolment}.window_ends_at), 3) AS after
        FROM {tables.PURCHASE} u CROSS JOIN LATERAL (
            SELECT coalesce(sum(r.amount), 0) AS amount FROM {tables.REFUND} r
            WHERE r.purchase_id = u.id AND r.currency = u.currency AND r.happened_at <= {now}) back
        WHERE u.profile_id = {enrolment}.profile_id AND u.state IN ('counts', 'empty', 'gift')
          AND u.placed_at >= {enrolment}.started_at AND u.placed_at < {after_ends(enrolment)}
          AND u.placed_at <= {now}"""


def unrated(enrolment: str, *, now: str) -> str:
    """A query of (currency, kept) about an enrolment: as `outcome`, of the purchases without a rate, each currency by
    itself."""
    return f"""SELECT u.currency, sum(u.sold - coalesce((
            SELECT sum(r.amount) FROM {tables.REFUND} r
            WHERE r.purchase_id = u.id AND r.currency = u.currency AND r.happened_at <= {now}), 0)) AS kept
        FROM {tables.PURCHASE} u
        WHERE u.profile_id = {enrolment}.profile_id AND u.state IN ('counts', 'gift')
          AND u.placed_at >= {enrolment}.started_at AND u.placed_at < {enrolment}.window_ends_at
          AND u.placed_at <= {now} AND ({worth("u.currency", enrolment)}) IS NULL
        GROUP BY u.currency"""


def objected(enrolment: str, *, now: str) -> str:
    """A condition: the person of an enrolment opted out within its window, up to an instant. Arguments as above."""
    return f"""EXISTS (SELECT 1 FROM {tables.CONSENT} c WHERE c.profile_id = {enrolment}.profile_id
        AND c.basis = 'opt_out' AND c.purpose IN ('content', 'offers')
        AND c.happened_at >= {enrolment}.started_at
        AND c.happened_at < {enrolment}.window_ends_at AND c.happened_at <= {now})"""


def complained(enrolment: str, *, now: str) -> str:
    """A condition: they complained within it, as staff noted it, or called a mail of ours spam. Arguments as above."""
    return f"""(EXISTS (SELECT 1 FROM {tables.CONTACT} c WHERE c.profile_id = {enrolment}.profile_id
        AND c.kind = 'complaint' AND c.at >= {enrolment}.started_at
        AND c.at < {enrolment}.window_ends_at AND c.at <= {now})
    OR EXISTS (SELECT 1 FROM {tables.DELIVERY_EVENT} d JOIN {tables.TOUCH} spam ON spam.id = d.touch_id
        WHERE spam.profile_id = {enrolment}.profile_id AND d.kind = 'complained'
          AND d.happened_at >= {enrolment}.started_at AND d.happened_at < {enrolment}.window_ends_at
          AND d.happened_at <= {now}))"""


def frozen(enrolment: str, *, now: str) -> str:
    """Assignments of an UPDATE of an enrolment: all its outcomes up to an instant but margin, of somebody whose facts
    go."""
    return f"""(settled_orders, settled_kept, settled_listed, settled_after, settled_refunded) = (
            SELECT bought.orders, coalesce(bought.kept, 0), coalesce(bought.listed, 0), coalesce(bought.after, 0),
                   bought.refunded FROM ({outcome(enrolment, now=now)}) bought),
        settled_objected = {objected(enrolment, now=now)}, settled_complained = {complained(enrolment, now=now)},
        settled_early = {enrolment}.window_ends_at > {now}, currency = {currency(enrolment)}"""


def told(enrolment: str, *, now: str) -> str:
    """Columns of an enrolment beside which `outcome` stands as `bought`: came_back, orders, kept, listed, after,
    refunded, objected, complained, unseen. What was frozen is told; else what the facts say.

    `unseen`: somebody forgotten while the window ran, of whom nothing was seen until then: nobody knows whether they
    would have come back.
    """
    rated = worth(f"{enrolment}.currency", enrolment)
    return f"""coalesce({enrolment}.settled_orders, bought.orders, 0) > 0 AS came_back,
        coalesce({enrolment}.settled_orders, bought.orders, 0) AS orders,
        coalesce({enrolment}.settled_kept * {rated}, bought.kept, 0) AS kept,
        coalesce({enrolment}.settled_listed * {rated}, bought.listed, 0) AS listed,
        coalesce({enrolment}.settled_after * {rated}, bought.after, 0) AS after,
        coalesce({enrolment}.settled_refunded, bought.refunded, false) AS refunded,
        coalesce({enrolment}.settled_objected, {objected(enrolment, now=now)}) AS objected,
        coalesce({enrolment}.settled_complained, {complained(enrolment, now=now)}) AS complained,
        coalesce({enrolment}.settled_early, false) AS unseen"""
