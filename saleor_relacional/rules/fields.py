"""Every field that a rule may ask about: its kind, and the SQL that it stands for. All text here is ours.

Tables: `s` is the customer summary, `b` the prediction, `p` the profile. `%(rule_now)s` is the instant asked about.
"""

from dataclasses import dataclass
from enum import StrEnum

from saleor_relacional.db import tables
from saleor_relacional.rules import consent_basis


class FieldKind(StrEnum):
    """What values a field takes, and so which operators."""

    NUMBER = "number"
    PROBABILITY = "probability"
    MONEY = "money"
    MOMENT = "moment"
    DAY = "day"
    CHOICE = "choice"
    TEXT = "text"
    FLAG = "flag"
    SET = "set"
    """Several values at once: products bought, channels bought in."""


class Form(StrEnum):
    """How the value is compared in SQL, so that an index serves where there is one."""

    COLUMN = "column"
    IDLE = "idle"
    """Days since a moment: the moment is compared."""
    LOGARITHM = "logarithm"
    """The column holds the logarithm: logarithms are compared."""
    NORMAL = "normal"
    """The column is a standard normal score of the probability: scores are compared."""
    FACTS = "facts"
    """Counted, added up or looked for among facts."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Something a rule may ask about."""

    name: str
    kind: FieldKind
    sql: str = ""
    type: str = "numeric"
    """SQL type that numbers are compared as: float8 where the column is one."""
    table: str = "s"
    """Table beside the summary that it needs: b or p."""
    form: Form = Form.COLUMN
    choices: tuple[str, ...] = ()
    optional: bool = False
    """Whether it may be unknown."""
    facts: Facts | None = None
    """What it is made of within a window (or always, where `form` is FACTS)."""

    @property
    def cost(self) -> int:
        """How much it takes to look at, from 0: of several conditions the cheap ones come first."""
        return 2 if self.form is Form.FACTS else 1 if "SELECT" in self.sql else 0


STAGES = ("prospect", "new", "active", "loyal", "slipping", "lapsed", "lost", "recovered")
CAUSES = ("purchase", "refund", "correction", "habit", "declared", "time", "refit", "merge", "history")
HABITS = ("rhythm", "basket", "category", "channel", "address")

_COUNTED = "u.state = 'counts'"
_PURCHASES = Facts(
    tables=f"{tables.PURCHASE} u", where=_COUNTED, owner="u.profile_id", at="u.placed_at"
)  # fmt: skip
_SOLD = Facts(
    tables=f"{tables.PURCHASE} u", where=_COUNTED, owner="u.profile_id", at="u.placed_at",
    aggregate="coalesce(sum(u.sold), 0)", currency="u.currency",
)  # fmt: skip
_REFUNDS = Facts(
    tables=f"{tables.REFUND} r LEFT JOIN {tables.PURCHASE} u ON u.id = r.purchase_id",
    where="coalesce(u.state, 'counts') = 'counts'", owner="r.profile_id", at="r.happened_at",
)  # fmt: skip
_PRODUCTS = Facts(
    tables=f"{tables.PURCHASE_LINE} l JOIN {tables.PURCHASE} u ON u.id = l.purchase_id",
    where=_COUNTED, owner="l.profile_id", at="u.placed_at", value="l.product_key",
)  # fmt: skip
_CHANNELS = Facts(
    tables=f"{tables.PURCHASE} u", where=_COUNTED, owner="u.profile_id", at="u.placed_at", value="u.channel"
)  # fmt: skip
_CURRENCIES = Facts(
    tables=f"{tables.PURCHASE} u", where=_COUNTED, owner="u.profile_id", at="u.placed_at",
    value="u.currency",
)  # fmt: skip
_MAILS = Facts(
    tables=f"{tables.TOUCH} t", where="t.state = 'sent'", owner="t.profile_id", at="t.ended_at"
)  # fmt: skip
_CAMPAIGNS = Facts(
    tables=f"{tables.ENROLMENT} e JOIN {tables.CAMPAIGN} c ON c.id = e.campaign_id",
    where="e.state = 'started'", owner="e.profile_id", at="e.started_at", value="c.public_id", value_type="uuid",
)  # fmt: skip

_SHIFTS = Facts(
    tables=f"{tables.HABIT_SHIFT} h", where="true", owner="h.profile_id", at="h.learned_at", value="h.what"
)  # fmt: skip

_BASIS = consent_basis.basis(
    profile="s.profile_id", buyer="s.purchases > 0", soft="%(rule_soft)s", now="%(rule_now)s"
)
_ACCOUNT = f"""EXISTS (SELECT 1 FROM {tables.IDENTITY} i
    WHERE i.profile_id = s.profile_id AND i.kind = 'account')"""
_BASKET = f"""EXISTS (SELECT 1 FROM {tables.BASKET} k
    WHERE k.profile_id = s.profile_id AND k.state = 'open')"""
_OFFER = f"""EXISTS (SELECT 1 FROM {tables.INCENTIVE} o WHERE o.profile_id = s.profile_id
    AND o.state IN ('planned', 'issued') AND o.expires_at > %(rule_now)s)"""
_DECLARED = f"""EXISTS (SELECT 1 FROM {tables.DECLARATION} d
    WHERE d.profile_id = s.profile_id)"""
_SCORE = """(CASE WHEN s.last_at IS NOT NULL THEN
    (ln(greatest(extract(epoch FROM %(rule_now)s::timestamptz - s.last_at)::float8 / 86400, 1e-9))
    - s.rhythm_log_mean) / nullif(s.rhythm_log_sd, 0) END)"""
"""`greatest` passes over what is not known: it is asked for only where it is."""


def _listed() -> tuple[Field, ...]:
    number, chance, money, moment = FieldKind.NUMBER, FieldKind.PROBABILITY, FieldKind.MONEY, FieldKind.MOMENT
    return (
        Field(name="stage", kind=FieldKind.CHOICE, sql="s.stage", choices=STAGES),
        Field(name="since", kind=moment, sql="s.since"),
        Field(name="cause", kind=FieldKind.CHOICE, sql="s.stage_cause", choices=CAUSES),
        Field(name="purchases", kind=number, sql="s.purchases", facts=_PURCHASES),
        Field(name="purchase_days", kind=number, sql="s.purchase_days"),
        Field(name="first_day", kind=FieldKind.DAY, sql="s.first_day", optional=True),
        Field(name="last_at", kind=moment, sql="s.last_at", optional=True),
        Field(name="idle_days", kind=number, sql="s.last_at", form=Form.IDLE, optional=True),
        Field(name="last_gap", kind=number, sql="s.last_gap", optional=True),
        Field(name="typical_days", kind=number, sql="s.rhythm_log_mean", form=Form.LOGARITHM, optional=True),
        Field(name="overdue", kind=chance, sql=_SCORE, type="float8", form=Form.NORMAL, optional=True),
        Field(name="slips_at", kind=moment, sql="s.slips_at", optional=True),
        Field(name="lapses_at", kind=moment, sql="s.lapses_at", optional=True),
        Field(name="lost_at", kind=moment, sql="s.lost_at", optional=True),
        Field(name="currency", kind=FieldKind.TEXT, sql="s.currency"),
        Field(name="sold", kind=money, sql="s.sold", facts=_SOLD),
        Field(name="refunded", kind=money, sql="s.refunded"),
        Field(name="kept", kind=money, sql="(s.sold - s.refunded)"),
        Field(name="alive", kind=chance, sql="b.alive", type="float8", table="b", optional=True),
        Field(name="order_30", kind=chance, sql="b.order_30", type="float8", table="b", optional=True),
        Field(name="order_90", kind=chance, sql="b.order_90", type="float8", table="b", optional=True),
        Field(name="order_365", kind=chance, sql="b.order_365", type="float8", table="b", optional=True),
        Field(name="expected_30", kind=number, sql="b.expected_30", type="float8", table="b", optional=True),
        Field(name="expected_90", kind=number, sql="b.expected_90", type="float8", table="b", optional=True),
        Field(name="expected_365", kind=number, sql="b.expected_365", type="float8", table="b", optional=True),
        Field(name="order_value", kind=money, sql="b.order_value", type="float8", table="b", optional=True),
        Field(name="year_value", kind=money, sql="b.year_value", type="float8", table="b", optional=True),
        Field(name="rfm_recency", kind=number, sql="nullif(b.rfm_recency, 0)", table="b", optional=True),
        Field(name="rfm_frequency", kind=number, sql="nullif(b.rfm_frequency, 0)", table="b", optional=True),
        Field(name="rfm_monetary", kind=number, sql="nullif(b.rfm_monetary, 0)", table="b", optional=True),
        Field(name="declared", kind=FieldKind.FLAG, sql=_DECLARED),
        Field(name="email", kind=FieldKind.TEXT, sql="p.email_key", table="p"),
        Field(name="vouched", kind=FieldKind.FLAG, sql="p.vouched", table="p"),
        Field(name="first_name", kind=FieldKind.TEXT, sql="p.first_name", table="p"),
        Field(name="language", kind=FieldKind.TEXT, sql="p.language", table="p"),
        Field(name="channel", kind=FieldKind.TEXT, sql="p.channel", table="p"),
        Field(name="joined_at", kind=moment, sql="p.joined_at", table="p", optional=True),
        Field(name="met_at", kind=moment, sql="p.created_at", table="p"),
        Field(name="account", kind=FieldKind.FLAG, sql=_ACCOUNT),
        Field(name="open_basket", kind=FieldKind.FLAG, sql=_BASKET),
        Field(name="live_offer", kind=FieldKind.FLAG, sql=_OFFER),
        Field(name="consent", kind=FieldKind.CHOICE, sql=_BASIS, choices=consent_basis.BASES),
        Field(name="refunds", kind=number, form=Form.FACTS, facts=_REFUNDS),
        Field(name="mails", kind=number, form=Form.FACTS, facts=_MAILS),
        Field(name="product", kind=FieldKind.SET, form=Form.FACTS, facts=_PRODUCTS),
        Field(name="purchase_channel", kind=FieldKind.SET, form=Form.FACTS, facts=_CHANNELS),
        Field(name="purchase_currency", kind=FieldKind.SET, form=Form.FACTS, facts=_CURRENCIES),
        Field(name="habit_shift", kind=FieldKind.SET, form=Form.FACTS, facts=_SHIFTS, choices=HABITS),
        Field(name="campaign", kind=FieldKind.SET, form=Form.FACTS, facts=_CAMPAIGNS),
    )  # fmt: skip


FIELDS: dict[str, Field] = {field.name: field for field in _listed()}
"""Name → field. docs/segments.md says what each means."""
