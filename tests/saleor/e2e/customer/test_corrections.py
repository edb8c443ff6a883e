"""An order that was not theirs, and one that was a gift: said by the customer and accepted by staff, through Saleor's
own API; it holds whatever Saleor tells of the order afterwards, until it is undone."""

from decimal import Decimal
from typing import Any

import pytest

from tests.api.asking import operation
from tests.saleor.e2e.campaigning import a_year, bought, orders
from tests.saleor.e2e.storefront import Storefront, within

ME = "{ me { relationship { id } } }"
ANSWERS = {"NOT_MINE": "no longer counts as yours", "GIFT": "A gift tells us nothing"}


def summary(person: Any) -> tuple[int, int, Decimal]:
    """Purchases for themselves, days with one, and money, as scored now."""
    from saleor_relacional import tasks
    from saleor_relacional.models import CustomerSummary, Purchase, Stale

    def scored() -> bool:  # by us, or by the worker, who may be at it
        tasks.score_stale()
        return not Stale.objects.filter(profile_id=person.pk).exists()

    assert within(30.0, scored)
    held = CustomerSummary.objects.get(profile=person)
    money = Purchase.objects.filter(profile=person, state__in=("counts", "gift"))
    return held.purchases, held.purchase_days, sum((one.sold for one in money), Decimal(0))


@pytest.mark.parametrize("right", ANSWERS)
def test_what_an_order_was_is_believed_until_it_is_undone(
    saleor: Storefront, somebody: str, right: str
) -> None:
    """Ana says of her last order what it was; staff accept it, she reads that, and it counts as that, also after some
    of its money went back. Undone, it counts again."""
    ana = bought(saleor, somebody, *a_year())
    made = orders(saleor, somebody)
    before = summary(ana)
    mine = saleor.login(somebody)
    ledger = saleor.ask(operation("my-ledger"), token=mine)["relationship"]["ledger"]
    entries = [
        one for part in ledger["sections"] for one in part["entries"] if one["correctable"] == "PURCHASE"
    ]
    entry = max(entries, key=lambda one: one["at"])["name"]
    asked = {"kind": "CORRECTION", "entry": entry, "right": right}
    remark = saleor.ask(operation("remark-create"), token=mine, **asked)["remark"]
    assert summary(ana) == before
    answered = saleor.ask(operation("remark-accept"), token=saleor.staff(), id=remark["id"])["remark"]
    assert ANSWERS[right] in answered["answer"]
    [said] = saleor.ask(operation("my-ledger"), token=mine)["relationship"]["ledger"]["remarks"]
    assert said["answer"] == answered["answer"] and said["right"] == right
    after = summary(ana)
    assert after[:2] == (before[0] - 1, before[1] - 1)
    assert (after[2] == before[2]) == (right == "GIFT")

    saleor.refund(made, Decimal("2.00"))
    assert within(10.0, lambda: ana.refunds.count() == 1)
    assert summary(ana) == after

    person = saleor.ask(ME, token=mine)["relationship"]["id"]
    undone = {"id": person, "entry": entry, "right": None}
    assert saleor.ask(operation("purchase-correct"), token=saleor.staff(), **undone)["right"] is None
    assert summary(ana) == before
