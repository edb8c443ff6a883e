"""What was believed of a person right before they started: at most four numbers, kept with the enrolment in both arms.

Comparing the arms takes off what these foretell (insight/inference/adjusted.py). They are coarse, to a tenth: they are
left of a person who is forgotten, and many have the same.
"""

from saleor_relacional.db import tables

COLUMNS = ("believed_basket", "believed_rate", "believed_idle", "believed_return")
"""Of an enrolment, in the order of `before`."""


def before(enrolment: str, *, now: str) -> str:
    """A query of one row about an enrolment, at an instant that it starts. Both arguments are SQL of ours.

    Natural logarithms: of one more than the mean of their own orders, in the currency of the last; of their purchase
    days per day, with a month more; of one more than the days since the last. Then the chance of an order within 90
    days. Somebody without a history has the same numbers as all others without one.
    """
    days = f"extract(epoch FROM {now} - s.last_at) / 86400"
    known = f"extract(epoch FROM {now} - s.first_day::timestamptz) / 86400"
    return f"""SELECT round(ln(1 + greatest(coalesce(s.sold / nullif(s.valued_purchases, 0), 0), 0)), 1)::float8,
            round(ln((1 + coalesce(s.purchase_days, 0)) / (30 + greatest(coalesce({known}, 0), 0))), 1)::float8,
            round(ln(1 + greatest(coalesce({days}, 0), 0)), 1)::float8,
            round(coalesce(b.order_90, 0)::numeric, 1)::float8
        FROM (SELECT {enrolment}.profile_id AS id) who
        LEFT JOIN {tables.CUSTOMER_SUMMARY} s ON s.profile_id = who.id
        LEFT JOIN {tables.PREDICTION} b ON b.profile_id = who.id"""
