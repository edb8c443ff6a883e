"""Our places in the real Saleor Dashboard beside the card: the homepage and a voucher's page."""

import pytest

from tests.saleor import dashboard
from tests.saleor.dashboard import PICTURES, Desk
from tests.saleor.e2e import behind
from tests.saleor.e2e.desk.test_dashboard import Shop, desk, shop
from tests.saleor.e2e.storefront import ADMIN, Storefront, within

__all__ = ["desk", "shop"]

pytestmark = pytest.mark.skipif(bool(dashboard.lacking()), reason=dashboard.lacking() or "all is there")


def test_the_week_on_the_homepage(desk: Desk, shop: Shop) -> None:
    """The owner signs in and reads the week before anything else; the link leads to the desk. In the dark, too."""
    desk.sign_in(*ADMIN)
    desk.go("")
    told = desk.ours("/dashboard/week", ".card")
    assert "This week" in told and "Waits for you" in told
    desk.picture(PICTURES / "week.png")
    desk.switch_theme()
    desk.ours("/dashboard/week", ".card")
    assert desk.until(lambda: desk.one("html").get_attribute("data-theme") == "dark", "the week in the dark")
    desk.picture(PICTURES / "week-dark.png")
    desk.click("css selector", "#content a[data-redirect]", "the way to the desk")
    assert desk.until(lambda: "Home" in desk.ours("/plugins/", "h1"), "the desk")


def test_a_voucher_says_whose_it_is(desk: Desk, shop: Shop, saleor: Storefront, somebody: str) -> None:
    """Staff open a voucher that a campaign made: which one, and who holds its code."""
    from graphene import Node
    from saleor.discount.models import VoucherCode

    saleor.account(somebody)
    saleor.buy(somebody, token=saleor.login(somebody))
    assert within(10.0, lambda: behind.purchases(somebody) == 1)
    code = behind.code_of_a_campaign(somebody)
    voucher = VoucherCode.objects.get(code=code).voucher_id
    desk.sign_in(*ADMIN)
    desk.go(f"discounts/vouchers/{Node.to_global_id('Voucher', voucher)}")
    told = desk.ours("/dashboard/voucher", ".card")
    assert somebody in told and code in told and "Who holds its codes" in told
    desk.picture(PICTURES / "voucher.png")
