"""Rows of facts that fields are made of: purchases, refunds, products, mails, campaigns, changes of habit."""

from dataclasses import dataclass

from saleor_relacional.db import tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Rows of facts that a field is made of."""

    tables: str
    where: str
    owner: str
    """Column of the profile."""
    at: str
    """Column of the moment."""
    value: str = ""
    """Column looked for, of a set."""
    value_type: str = "text"
    aggregate: str = "count(*)"
    currency: str = ""
    """Column of the currency, of money."""


_COUNTED = "u.state = 'counts'"
_PAID = " UNION ALL ".join(
    f"SELECT profile_id, placed_at, sold, currency FROM {tables.PURCHASE} WHERE state = '{state}'"
    for state in ("counts", "gift")
)
"""Gifts are money as well. A query for each of the two, so that each finds its index."""
PURCHASES = Facts(
    tables=f"{tables.PURCHASE} u", where=_COUNTED, owner="u.profile_id", at="u.placed_at"
)  # fmt: skip
SOLD = Facts(
    tables=f"({_PAID}) u", where="true", owner="u.profile_id", at="u.placed_at",
    aggregate="coalesce(sum(u.sold), 0)", currency="u.currency",
)  # fmt: skip
REFUNDS = Facts(
    tables=f"{tables.REFUND} r LEFT JOIN {tables.PURCHASE} u ON u.id = r.purchase_id",
    where="coalesce(u.state, 'counts') NOT IN ('withdrawn', 'not_mine')", owner="r.profile_id", at="r.happened_at",
)  # fmt: skip
PRODUCTS = Facts(
    tables=f"{tables.PURCHASE_LINE} l JOIN {tables.PURCHASE} u ON u.id = l.purchase_id",
    where=_COUNTED, owner="l.profile_id", at="u.placed_at", value="l.product_key",
)  # fmt: skip
CHANNELS = Facts(
    tables=f"{tables.PURCHASE} u", where=_COUNTED, owner="u.profile_id", at="u.placed_at", value="u.channel"
)  # fmt: skip
CURRENCIES = Facts(
    tables=f"{tables.PURCHASE} u", where=_COUNTED, owner="u.profile_id", at="u.placed_at",
    value="u.currency",
)  # fmt: skip
MAILS = Facts(
    tables=f"{tables.TOUCH} t", where="t.state = 'sent' AND t.enrolment_id IS NOT NULL", owner="t.profile_id",
    at="t.ended_at",
)  # fmt: skip
CAMPAIGNS = Facts(
    tables=f"{tables.ENROLMENT} e JOIN {tables.CAMPAIGN} c ON c.id = e.campaign_id",
    where="e.state = 'started'", owner="e.profile_id", at="e.started_at", value="c.public_id", value_type="uuid",
)  # fmt: skip

LABELS = Facts(
    tables=f"{tables.LABEL} l", where="l.removed_at IS NULL", owner="l.profile_id", at="l.set_at", value="l.name"
)  # fmt: skip
SHIFTS = Facts(
    tables=f"{tables.HABIT_SHIFT} h", where="true", owner="h.profile_id", at="h.learned_at", value="h.what"
)  # fmt: skip
