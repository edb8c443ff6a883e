"""What people earn us, and after what nothing is sold."""

from datetime import UTC, datetime, timedelta

from saleor_relacional.rules.contact import trust
from saleor_relacional.rules.contact.policy import ContactPolicy
from saleor_relacional.rules.contact.trust import Disappointed, Disappointment, OwnAct, TrustLevel

NOW = datetime(2027, 3, 10, 9, tzinfo=UTC)
POLICY = ContactPolicy()


def days(number):
    return timedelta(days=number)


def test_the_table_of_levels():
    """Content after an account or an opt-in, offers after an order; a question invites nobody to sell."""
    assert trust.level([]) is TrustLevel.SERVICE
    assert trust.level([OwnAct.QUESTION, OwnAct.ANSWER]) is TrustLevel.SERVICE
    assert trust.level([OwnAct.ACCOUNT]) is trust.level([OwnAct.OPT_IN]) is TrustLevel.CONTENT
    assert trust.level([OwnAct.OPT_IN, OwnAct.ORDER, OwnAct.ANSWER]) is TrustLevel.OFFERS
    assert set(trust.EARNS) == set(OwnAct)


def test_silence_lasts_until_the_apology_or_thirty_days():
    """Of two disappointments the one nobody has apologised for counts."""
    refund = Disappointed(cause=Disappointment.REFUND, at=NOW - days(20))
    rating = Disappointed(cause=Disappointment.BAD_RATING, at=NOW - days(3))
    assert trust.silent_until([], None, POLICY) is None
    assert trust.silent_until([refund], None, POLICY) == NOW + days(10)
    assert trust.silent_until([refund], NOW - days(19), POLICY) is None
    assert trust.silent_until([refund, rating], NOW - days(19), POLICY) == NOW + days(27)
    assert trust.silent_until([refund, rating], NOW, POLICY) is None


def test_an_order_holds_selling_back_until_it_has_arrived():
    """Three days after fulfilment; without one, and whatever comes late, twenty-one days after the purchase."""
    placed = NOW - days(10)
    assert trust.gap_until(placed, None, POLICY) == placed + days(21)
    assert trust.gap_until(placed, placed + days(4), POLICY) == placed + days(7)
    assert trust.gap_until(placed, placed + days(20), POLICY) == placed + days(21)
