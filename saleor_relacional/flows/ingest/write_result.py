"""What writing some facts changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from saleor_relacional.models import Purchase


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteResult:
    """Counted, with the people that it touched."""

    written: int = 0
    touched: set[int] = field(default_factory=set)
    """Profiles to be scored again."""
    purchases: Sequence[Purchase] = ()
    """New or changed, standing or withdrawn."""
