"""What a mail shows of something that can be bought. Knows neither Django nor anything of ours."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A variant as the shop sells it at this moment."""

    variant: str
    """As the shop's API knows it."""
    name: str
    """In the language that was asked for where the shop has it so."""
    currency: str
    price: Decimal | None
    """What a shopper is asked for one, promotions for everybody taken off; None where it depends on where it is
    sent."""
