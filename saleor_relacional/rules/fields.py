"""Every field that a rule may ask about: its kind, and the SQL that it stands for. All text here is ours.

Tables: `s` is the customer summary, `b` the prediction, `p` the profile. `%(rule_now)s` is the instant asked about.
"""

from dataclasses import dataclass
from enum import StrEnum

from saleor_relacional.db import tables
from saleor_relacional.rules import consent_basis, facts
from saleor_relacional.rules.facts import Facts


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
    blank: bool = False
    """Whether an empty text stands for unknown in SQL."""
    facts: Facts | None = None
    """What it is made of within a window (or always, where `form` is FACTS)."""
    turn: str = ""
    """A query of the moments (`at`) at which time alone may change it, where neither its kind nor its form says so."""
    sent: bool = False
    """Whether only who was written to can have it: nobody of a control group has."""

    @property
    def cost(self) -> int:
        """How much it takes to look at, from 0: of several conditions the cheap ones come first."""
        return 2 if self.form is Form.FACTS else 1 if "SELECT" in self.sql else 0


STAGES = ("prospect", "new", "active", "loyal", "slipping", "lapsed", "lost", "recovered")
CAUSES = ("purchase", "refund", "correction", "habit", "declared", "time", "refit", "merge", "history")
HABITS = ("rhythm", "basket", "category", "channel", "address")

_BASIS = consent_basis.basis(
    profile="s.profile_id",
    buyer="s.purchases > 0",
    soft="%(rule_soft)s",
    now="%(rule_now)s",
    purpose=consent_basis.OFFERS,
)
_ACCOUNT = f"""EXISTS (SELECT 1 FROM {tables.IDENTITY} i
    WHERE i.profile_id = s.profile_id AND i.kind = 'account')"""
_BASKET = f"""EXISTS (SELECT 1 FROM {tables.BASKET} k
    WHERE k.profile_id = s.profile_id AND k.state = 'open')"""
_OFFER = f"""EXISTS (SELECT 1 FROM {tables.INCENTIVE} o WHERE o.profile_id = s.profile_id
    AND o.state IN ('planned', 'issued') AND o.expires_at > %(rule_now)s)"""
_OFFER_ENDS = f"SELECT o.expires_at AS at FROM {tables.INCENTIVE} o WHERE o.profile_id = s.profile_id"
_SAID = f"SELECT own.happened_at AS at FROM {tables.CONSENT} own WHERE own.profile_id = s.profile_id"
_DECLARED = f"""EXISTS (SELECT 1 FROM {tables.DECLARATION} d
    WHERE d.profile_id = s.profile_id)"""
_SCORE = """(CASE WHEN s.last_at IS NOT NULL THEN
    (ln(greatest(extract(epoch FROM %(rule_now)s::timestamptz - s.last_at)::float8 / 86400, 1e-9))
    - s.rhythm_log_mean) / nullif(s.rhythm_log_sd, 0) END)"""
"""`greatest` passes over what is not known: it is asked for only where it is."""


_FIELDS = (
    Field(name="stage", kind=FieldKind.CHOICE, sql="s.stage", choices=STAGES),
    Field(name="since", kind=FieldKind.MOMENT, sql="s.since"),
    Field(name="cause", kind=FieldKind.CHOICE, sql="s.stage_cause", choices=CAUSES),
    Field(name="purchases", kind=FieldKind.NUMBER, sql="s.purchases", facts=facts.PURCHASES),
    Field(name="purchase_days", kind=FieldKind.NUMBER, sql="s.purchase_days"),
    Field(name="first_day", kind=FieldKind.DAY, sql="s.first_day", optional=True),
    Field(name="last_at", kind=FieldKind.MOMENT, sql="s.last_at", optional=True),
    Field(name="idle_days", kind=FieldKind.NUMBER, sql="s.last_at", form=Form.IDLE, optional=True),
    Field(name="last_gap", kind=FieldKind.NUMBER, sql="s.last_gap", optional=True),
    Field(name="typical_days", kind=FieldKind.NUMBER, sql="s.rhythm_log_mean", form=Form.LOGARITHM, optional=True),
    Field(name="overdue", kind=FieldKind.PROBABILITY, sql=_SCORE, type="float8", form=Form.NORMAL, optional=True),
    Field(name="slips_at", kind=FieldKind.MOMENT, sql="s.slips_at", optional=True),
    Field(name="lapses_at", kind=FieldKind.MOMENT, sql="s.lapses_at", optional=True),
    Field(name="lost_at", kind=FieldKind.MOMENT, sql="s.lost_at", optional=True),
    Field(name="currency", kind=FieldKind.TEXT, sql="s.currency", optional=True, blank=True),
    Field(name="sold", kind=FieldKind.MONEY, sql="s.sold", facts=facts.SOLD),
    Field(name="refunded", kind=FieldKind.MONEY, sql="s.refunded"),
    Field(name="kept", kind=FieldKind.MONEY, sql="(s.sold - s.refunded)"),
    Field(name="alive", kind=FieldKind.PROBABILITY, sql="b.alive", type="float8", table="b", optional=True),
    Field(name="order_30", kind=FieldKind.PROBABILITY, sql="b.order_30", type="float8", table="b", optional=True),
    Field(name="order_90", kind=FieldKind.PROBABILITY, sql="b.order_90", type="float8", table="b", optional=True),
    Field(name="order_365", kind=FieldKind.PROBABILITY, sql="b.order_365", type="float8", table="b", optional=True),
    Field(name="expected_30", kind=FieldKind.NUMBER, sql="b.expected_30", type="float8", table="b", optional=True),
    Field(name="expected_90", kind=FieldKind.NUMBER, sql="b.expected_90", type="float8", table="b", optional=True),
    Field(name="expected_365", kind=FieldKind.NUMBER, sql="b.expected_365", type="float8", table="b", optional=True),
    Field(name="order_value", kind=FieldKind.MONEY, sql="b.order_value", type="float8", table="b", optional=True),
    Field(name="year_value", kind=FieldKind.MONEY, sql="b.year_value", type="float8", table="b", optional=True),
    Field(name="rfm_recency", kind=FieldKind.NUMBER, sql="nullif(b.rfm_recency, 0)", table="b", optional=True),
    Field(name="rfm_frequency", kind=FieldKind.NUMBER, sql="nullif(b.rfm_frequency, 0)", table="b", optional=True),
    Field(name="rfm_monetary", kind=FieldKind.NUMBER, sql="nullif(b.rfm_monetary, 0)", table="b", optional=True),
    Field(name="declared", kind=FieldKind.FLAG, sql=_DECLARED),
    Field(name="email", kind=FieldKind.TEXT, sql="p.email_key", table="p", optional=True, blank=True),
    Field(name="vouched", kind=FieldKind.FLAG, sql="p.vouched", table="p"),
    Field(name="first_name", kind=FieldKind.TEXT, sql="p.first_name", table="p", optional=True, blank=True),
    Field(name="language", kind=FieldKind.TEXT, sql="p.language", table="p", optional=True, blank=True),
    Field(name="channel", kind=FieldKind.TEXT, sql="p.channel", table="p", optional=True, blank=True),
    Field(name="joined_at", kind=FieldKind.MOMENT, sql="p.joined_at", table="p", optional=True),
    Field(name="met_at", kind=FieldKind.MOMENT, sql="p.created_at", table="p"),
    Field(name="account", kind=FieldKind.FLAG, sql=_ACCOUNT),
    Field(name="open_basket", kind=FieldKind.FLAG, sql=_BASKET),
    Field(name="live_offer", kind=FieldKind.FLAG, sql=_OFFER, turn=_OFFER_ENDS, sent=True),
    Field(name="consent", kind=FieldKind.CHOICE, sql=_BASIS, choices=consent_basis.BASES, turn=_SAID),
    Field(name="refunds", kind=FieldKind.NUMBER, form=Form.FACTS, facts=facts.REFUNDS),
    Field(name="mails", kind=FieldKind.NUMBER, form=Form.FACTS, facts=facts.MAILS, sent=True),
    Field(name="product", kind=FieldKind.SET, form=Form.FACTS, facts=facts.PRODUCTS),
    Field(name="purchase_channel", kind=FieldKind.SET, form=Form.FACTS, facts=facts.CHANNELS),
    Field(name="purchase_currency", kind=FieldKind.SET, form=Form.FACTS, facts=facts.CURRENCIES),
    Field(name="habit_shift", kind=FieldKind.SET, form=Form.FACTS, facts=facts.SHIFTS, choices=HABITS),
    Field(name="label", kind=FieldKind.SET, form=Form.FACTS, facts=facts.LABELS),
    Field(name="campaign", kind=FieldKind.SET, form=Form.FACTS, facts=facts.CAMPAIGNS),
)  # fmt: skip


FIELDS: dict[str, Field] = {field.name: field for field in _FIELDS}
"""Name → field. docs/segments.md says what each means."""
