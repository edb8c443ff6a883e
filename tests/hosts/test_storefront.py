"""Where a storefront goes on with a checkout: what the setting may say, and what is said where it cannot be used."""

from typing import Any

import pytest

from saleor_relacional import checks, conf
from saleor_relacional.errors import Misconfigured
from saleor_relacional.flows.operations import doctor
from saleor_relacional.hosts.storefront import checkout_url, is_offer_link, offer_url
from tests.support.instants import NOON


@pytest.mark.parametrize(
    ("storefront", "path", "url"),
    [
        ("", "/checkout?checkout={checkout}", ""),
        (
            "https://a.example/eur/",
            "/checkout?checkout={checkout}",
            "https://a.example/checkout?checkout=Q2%3D%3D",
        ),
        ("https://a.example/shop/", "pay/{checkout}", "https://a.example/shop/pay/Q2%3D%3D"),
        ("https://a.example?x=1", "/{channel}/pay?c={checkout}", "https://a.example/d%C3%A9/pay?c=Q2%3D%3D"),
        ("https://a.example", "https://till.example/{checkout}", "https://till.example/Q2%3D%3D"),
    ],
)
def test_read_like_a_link_on_the_first_page(settings: Any, storefront: str, path: str, url: str) -> None:
    """Of the storefront; ids and slugs are quoted."""
    settings.RELACIONAL = {"CHECKOUT_PATH": path}
    assert checkout_url(storefront, "dé", "Q2==") == url


@pytest.mark.parametrize(
    "path",
    [
        "", "/checkout", 7, None, "//evil.example/{checkout}", "javascript:{checkout}", "https:///{checkout}",
        "/x?c={checkout}&t={token}", "/a b/{checkout}", "ftp://a.example/{checkout}",
    ],
)  # fmt: skip
def test_what_leads_nowhere_is_named(settings: Any, shop: Any, path: object) -> None:
    """By the reader, by `check`, by the doctor."""
    settings.RELACIONAL = {"CHECKOUT_PATH": path}
    with pytest.raises(Misconfigured, match="CHECKOUT_PATH.*{checkout}"):
        conf.checkout_path()
    assert [error.id for error in checks.checkouts_can_be_gone_on_with()] == ["saleor_relacional.E004"]
    assert "checkout_path" in {finding.code for finding in doctor.findings(NOON)}


def test_the_usual_setting_is_fine(settings: Any, shop: Any) -> None:
    """None at all."""
    assert checks.checkouts_can_be_gone_on_with() == []
    assert "checkout_path" not in {finding.code for finding in doctor.findings(NOON)}


@pytest.mark.parametrize(
    ("storefront", "link", "url"),
    [
        ("", "/offer?code={code}", ""),
        ("https://a.example", "", "https://a.example?promoCode=4%2F7"),
        ("https://a.example/eur/", "/offer?code={code}", "https://a.example/offer?code=4%2F7"),
        ("https://a.example/shop/", "take/{channel}/{code}", "https://a.example/shop/take/d%C3%A9/4%2F7"),
        ("https://a.example?x=1", "https://go.example/{code}#top", "https://go.example/4%2F7#top"),
    ],
)
def test_where_an_offer_is_taken(storefront: str, link: str, url: str) -> None:
    """The storefront's first page, or as the owner said; code and channel are quoted."""
    assert offer_url(storefront, link, "dé", "4/7") == url
    assert not link or is_offer_link(link)


@pytest.mark.parametrize(
    "link",
    [
        "/offer", "//evil.example/{code}", "javascript:{code}", "https:///{code}", "https://{code}.example/",
        "/x?c={code}&k={checkout}", "/a b/{code}", "ftp://a.example/{code}", "/x/{code}\nX: 1", "/x\\{code}",
    ],
)  # fmt: skip
def test_what_takes_no_offer_is_refused(link: str) -> None:
    """No code, another machine by surprise, a script, somebody's checkout, a header."""
    assert not is_offer_link(link)
