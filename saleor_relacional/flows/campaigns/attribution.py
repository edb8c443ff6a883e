"""What an order means for what we sent: credit for its touch, an end for its code, a stop for what is
still queued.

Credit is not lift: it says which mail an order followed, not what the mail changed. It is computed from
the facts each time, so it does not matter in which order they arrive.
"""

from datetime import datetime

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.campaigns import stopping
from saleor_relacional.flows.evidence import outcomes
from saleor_relacional.flows.incentives import incentive
from saleor_relacional.models import Purchase
from saleor_relacional.models.facts import PurchaseState

LONGEST = 30
"""Days after a mail in which an order is its credit, however long the outcome window is."""

_CREDIT = f"""
WITH sent AS (
    SELECT t.id, t.enrolment_id, t.ended_at, e.currency,
           least(e.window_ends_at, t.ended_at + interval '{LONGEST} days',
                 lead(t.ended_at) OVER (ORDER BY t.ended_at, t.id)) AS until
    FROM {tables.TOUCH} t JOIN {tables.ENROLMENT} e ON e.id = t.enrolment_id
    WHERE t.profile_id = %(profile)s AND t.state = 'sent'
), credit AS (
    SELECT sent.id, sent.enrolment_id, first.id AS purchase_id,
           round(first.sold * {outcomes.worth("first.currency", "sent")}, 3) AS sold
    FROM sent CROSS JOIN {outcomes.TERMS} LEFT JOIN LATERAL (
        SELECT u.id, u.sold, u.currency FROM {tables.PURCHASE} u
        WHERE u.profile_id = %(profile)s AND u.state IN ('counts', 'gift')
          AND u.placed_at >= sent.ended_at AND u.placed_at < sent.until
        ORDER BY u.placed_at, u.source, u.reference LIMIT 1
    ) first ON true
), touched AS (
    UPDATE {tables.TOUCH} t SET credited_purchase_id = credit.purchase_id FROM credit
    WHERE t.id = credit.id AND t.credited_purchase_id IS DISTINCT FROM credit.purchase_id
)
UPDATE {tables.ENROLMENT} e SET credited_sold = total.sold
FROM (SELECT enrolment_id, sum(sold) AS sold FROM credit GROUP BY enrolment_id) total
WHERE e.id = total.enrolment_id AND e.credited_sold IS DISTINCT FROM total.sold
"""
"""The first order after a touch, before the next touch, within 30 days and the enrolment's outcome window; its
money in the currency in which the enrolment's results are told."""


def purchase_arrived(profile_id: int, purchase: Purchase, now: datetime) -> None:
    """Called by record, in its transaction, for every purchase that it wrote. Hearing it twice changes
    nothing."""
    if purchase.state == PurchaseState.WITHDRAWN:
        purchase_withdrawn(profile_id, purchase, now)
        return
    incentive.redeem(purchase, now)
    credit(profile_id)
    stopping.facts_arrived(profile_id, now)


def purchase_withdrawn(profile_id: int, purchase: Purchase, now: datetime) -> None:
    """The order was taken back whole: no credit any more, and its unexpired code works again."""
    incentive.give_back(purchase, now)
    credit(profile_id)
    stopping.facts_arrived(profile_id, now)


def credit(profile_id: int) -> None:
    """Give each of the person's sent touches the order that followed it, or none."""
    sql.run(_CREDIT, {"profile": profile_id})
