"""What the demo offers once it has lived its days."""

from typing import Any

from saleor_relacional.demo import afterwards
from saleor_relacional.hosts.standalone.shop import accounts


def test_whoever_has_an_account_already_is_shown_with_it(shop: Any) -> None:
    """The customer with the best offer may have opened one during the demo: that is no reason to end with an error."""
    known = accounts.register("Ana@example.com", None, first_name="Ana", confirmed=True)
    assert afterwards.account_of(" ana@Example.com ") == known
    opened = afterwards.account_of("bea@example.com")
    assert opened.email == "bea@example.com" and opened != known
