"""What is known of one platform's export."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from saleor_relacional.flows.importing.statuses import Meaning

ORDER, LINE = "order", "line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """One platform's export of orders. Columns and words are folded (lower case, one blank between words)."""

    name: str
    signature: frozenset[str]
    """Columns by which it is recognised: all must be there."""
    columns: Mapping[str, tuple[str, ...]]
    """Meaning → columns, the first of them that the file has; the meaning is none of the file's where it has none."""
    words: Mapping[str, Meaning] = field(default_factory=dict)
    """Words of the status, beyond those that mean one thing everywhere."""
    total_of: str = ""
    """Whether the total is the order's or the row's."""
    date_order: str = ""
    currency: str = ""
    time_zone: str = ""
    cancellation_prefix: str = ""
    by_name: bool = False
    """Whether people are told apart by their names alone."""
