"""Service or marketing: each kind says what its messages are for."""

from saleor_relacional.flows.campaigns.kinds.registry import kinds


def test_each_kind_has_a_purpose():
    """What helps with an order or apologises is service; all that is there to sell is marketing."""
    service = {kind.name for kind in kinds().values() if kind.purpose == "service"}
    assert service == {"thanks_first_order", "second_chance", "satisfaction"}
    assert {kind.purpose.value for kind in kinds().values()} == {"service", "marketing"}
