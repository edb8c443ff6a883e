"""What is left of purchases: the one SQL text of margin, for evidence, for a shop's period and for one person.

Everything is without tax. Of a purchase: its lines after discounts, less what they cost; what was paid for sending it,
less what sending it costs; less what was given back. Goods that came back cost nothing, others stay spent. Of a person
also less what the messages to them cost, and what they were given without a code.
docs/maths.md, *Margin*, has an example in numbers.
"""

from saleor_relacional.db import tables
from saleor_relacional.flows.evidence import outcomes

BOUGHT = "u.state IN ('counts', 'empty', 'gift')"
"""Which purchases (alias `u`) leave something. What was given back whole is no purchase and may have cost something all
the same."""

_DEFAULT = f"""(SELECT d.share FROM {tables.DEFAULT_MARGIN} d
            WHERE d.channel IN (u.channel, '') AND d.category IN (coalesce(category.category_key, ''), '')
            ORDER BY d.category <> '' DESC, d.channel <> '' DESC LIMIT 1)"""
"""The most specific one: a category says more of what a product leaves than a channel does."""

PARTS = ("known", "estimated", "unknown", "net")
"""Sums of lines' money that stand beside a margin."""

LINES = f"""SELECT coalesce(sum(line.net), 0) AS net,
           coalesce(sum(line.net) FILTER (WHERE line.cost IS NOT NULL AND NOT line.cost_estimated), 0) AS known,
           coalesce(sum(line.net) FILTER (WHERE line.cost_estimated), 0) AS estimated,
           coalesce(sum(line.net) FILTER (WHERE line.cost IS NULL AND share.of_list IS NULL), 0) AS unknown,
           coalesce(bool_or(line.cost IS NULL AND share.of_list IS NULL AND line.kept > 0), false) AS lacking,
           coalesce(sum(line.kept * coalesce(line.cost, line.list_net * (1 - share.of_list) / line.quantity)), 0)
               AS spent
    FROM (SELECT l.product_key, l.net, coalesce(l.list_net, l.net) AS list_net, l.cost, l.cost_estimated,
                 greatest(l.quantity, 1) AS quantity, greatest(l.quantity, 1) - l.returned AS kept
          FROM {tables.PURCHASE_LINE} l WHERE l.purchase_id = u.id) line
    LEFT JOIN {tables.PRODUCT_CATEGORY} category
      ON line.cost IS NULL AND category.source = u.source AND category.product_key = line.product_key
    CROSS JOIN LATERAL (SELECT CASE WHEN line.cost IS NULL THEN {_DEFAULT} END AS of_list) share"""
"""A query of one row about a purchase `u`, in its currency: its lines' money (`net`); how much of it has a cost of its
day (`known`), of a later day (`estimated`) and none, not even a default margin (`unknown`); whether something that
stayed with the buyer has none (`lacking`); what stayed cost (`spent`). A default margin is one of the price before
discounts: a discount makes nothing cheaper for the shop."""

SHIPPING = f"""coalesce(u.shipping_net - coalesce(
    (SELECT s.amount FROM {tables.SHIPPING_COST} s WHERE s.channel = u.channel),
    u.shipping_list_net, u.shipping_net), 0)"""
"""What sending a purchase left. Where nobody has said what it costs: what is charged for it without discounts."""

GIVEN = f"""(
    SELECT task.profile_id, task.enrolment_id, task.rung_id, task.made_at AS at
    FROM {tables.STAFF_TASK} task WHERE task.state IN ('open', 'done')
    UNION ALL
    SELECT told.profile_id, told.enrolment_id, told.rung_id, told.ended_at
    FROM {tables.TOUCH} told JOIN {tables.RUNG} early ON early.id = told.rung_id AND early.kind = 'early_access'
    WHERE told.state = 'sent')"""
"""A query, in brackets: to whom what was given without a code, by which enrolment and when. Priority service and calls
are tasks of staff: once one has appeared, unless it was stopped; early access, once its message has left. What a code
takes off is in the lines of the order that used it: its stated cost would count twice."""


def given_back(now: str) -> str:
    """What was given back of a purchase `u` up to an instant (SQL), without the tax in it: its part is that of the
    order."""
    return f"""coalesce((SELECT sum(r.amount) FROM {tables.REFUND} r
        WHERE r.purchase_id = u.id AND r.currency = u.currency AND r.happened_at <= {now}), 0)
        * CASE WHEN u.sold > 0 THEN u.net / u.sold ELSE 1 END"""


def of_purchase(now: str) -> str:
    """A query of one row about a purchase `u`, in its currency: what LINES tells, and `margin`, which is null where it
    is `lacking` something: the cost of a line, or of an imported order the tax in it. The money of such an order is in
    none of the sums, for it is not known without tax."""
    sums = ", ".join(f"CASE WHEN u.net IS NULL THEN 0 ELSE lines.{name} END AS {name}" for name in PARTS)
    return f"""SELECT {sums}, lines.lacking OR u.net IS NULL AS lacking,
        CASE WHEN NOT lines.lacking AND u.net IS NOT NULL
             THEN lines.net - lines.spent + {SHIPPING} - {given_back(now)} END AS margin
    FROM ({LINES}) lines"""


def margin(enrolment: str, *, now: str) -> str:
    """A query of one row (margin, known, estimated, unknown, net) about an enrolment, up to an instant, for a statement
    that joins outcomes.TERMS. Both arguments are SQL of ours.

    `enrolment`: the alias of its row. All in `outcomes.currency(enrolment)`. `margin`: of the purchases placed within
    the window, less what the messages cost that were sent to them in it, and what they were given in it besides; 0
    where there is nothing. Null: not known, for want of a cost and of any default margin, of the tax in an imported
    order, or of a rate from the currency that messages, or what was given, are paid in. `net`: their lines' money, of
    which `known` has a cost of its day, `estimated` one of a later day, `unknown` none and no default. Purchases
    without a rate are left out, as in `outcomes.outcome`.
    """
    told = outcomes.worth("u.currency", enrolment)
    given = spent(enrolment, now=now, whose=f"given.profile_id = {enrolment}.profile_id")
    return f"""SELECT round(CASE WHEN bool_or(m.lacking) THEN NULL
            ELSE coalesce(sum({told} * m.margin), 0) - ({_messages(enrolment, now)}) - ({given}) END, 3) AS margin,
        {", ".join(f"round(coalesce(sum({told} * m.{name}), 0), 3) AS {name}" for name in PARTS)}
        FROM {tables.PURCHASE} u CROSS JOIN LATERAL ({of_purchase(now)}) m
        WHERE u.profile_id = {enrolment}.profile_id AND {BOUGHT}
          AND u.placed_at >= {enrolment}.started_at AND u.placed_at < {enrolment}.window_ends_at
          AND u.placed_at <= {now} AND ({told}) IS NOT NULL"""


def _messages(enrolment: str, now: str) -> str:
    """A query of one number: what the messages of all campaigns cost that were sent to the person of an enrolment
    within its window, in either arm; null without a rate."""
    return f"""SELECT coalesce(sum(paid.amount * ({outcomes.worth("paid.currency", enrolment)})), 0)
            + CASE WHEN bool_or(({outcomes.worth("paid.currency", enrolment)}) IS NULL) THEN NULL ELSE 0 END
        FROM {tables.TOUCH} t JOIN {tables.SENDING_COST} paid ON paid.medium = t.medium AND paid.amount > 0
        WHERE t.profile_id = {enrolment}.profile_id AND t.enrolment_id IS NOT NULL AND t.state = 'sent'
          AND t.ended_at >= {enrolment}.started_at
          AND t.ended_at < {enrolment}.window_ends_at AND t.ended_at <= {now}"""


def stated(currency: str, worth: str = "true") -> str:
    """A query of (currency, amount) about a `rung`: what it costs each time, as its owner says; no row where they do
    not. Of several amounts the one in this currency, else one that has a `worth`. Both are SQL, the latter about
    `said.key`."""
    return f"""SELECT said.key AS currency, said.value::numeric AS amount
        FROM jsonb_each_text(rung.terms -> 'cost') said
        ORDER BY said.key = {currency} DESC, ({worth}) IS NULL, said.key LIMIT 1"""


def spent(enrolment: str, *, now: str, whose: str) -> str:
    """A query of one number about an enrolment, up to an instant, for a statement that joins outcomes.TERMS: what was
    given without a code within its window, at what the owner says it costs each time, in
    `outcomes.currency(enrolment)`; null without a rate.

    `whose`: a condition about `given` (GIVEN) and its `rung`. All arguments are SQL of ours.
    """
    worth = outcomes.worth("cost.currency", enrolment)
    return f"""SELECT coalesce(sum(cost.amount * ({worth})), 0)
            + CASE WHEN bool_or(({worth}) IS NULL) THEN NULL ELSE 0 END
        FROM {GIVEN} given JOIN {tables.RUNG} rung ON rung.id = given.rung_id
        CROSS JOIN LATERAL ({stated(f"{enrolment}.currency", outcomes.worth("said.key", enrolment))}) cost
        WHERE {whose} AND given.at >= {enrolment}.started_at
          AND given.at < {enrolment}.window_ends_at AND given.at <= {now}"""
