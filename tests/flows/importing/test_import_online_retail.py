"""A real order history, to the cent."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.db.models import Count, Sum

from saleor_relacional.flows.importing.import_file import import_file
from saleor_relacional.models import CustomerSummary, Profile, Purchase, PurchaseLine, Refund, Stale

FILE = Path(__file__).resolve().parents[4] / "shared" / "data" / "online_retail.csv.gz"

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not FILE.exists(), reason="../shared/data/online_retail.csv.gz is not there"),
]


def test_online_retail_is_imported_to_the_cent_and_only_once(now: datetime, shop: object) -> None:
    """541,909 lines of a UK wholesaler, with no option at all: known figures, in our tables as in the summary; a second
    run writes nothing."""
    done = import_file(FILE, now=now)
    assert (done.lines, done.without_customer, done.rejects) == (541_909, 135_080, 0)
    assert (done.purchases, done.buyers, done.profiles, done.refund_only) == (18_536, 4_339, 4_372, 33)
    assert done.sold == {"GBP": Decimal("8911407.90")}
    assert done.kept == {"GBP": Decimal("8300065.81")}
    assert done.new_purchases == 18_536
    assert Purchase.objects.aggregate(sold=Sum("sold"), buyers=Count("profile", distinct=True)) == {
        "sold": Decimal("8911407.904"), "buyers": 4_339,
    }  # fmt: skip
    assert Refund.objects.aggregate(back=Sum("amount"))["back"] == Decimal("611342.090")
    assert PurchaseLine.objects.aggregate(total=Sum("total"))["total"] == Decimal("8911407.904")
    assert Profile.objects.filter(purchases=None).count() == 33
    assert CustomerSummary.objects.filter(scored_at=now).count() == 4_372 and not Stale.objects.exists()

    lines = PurchaseLine.objects.count()
    again = import_file(FILE, now=now)
    assert (again.purchases, again.new_purchases, again.new_refunds) == (18_536, 0, 0)
    assert (Purchase.objects.count(), Profile.objects.count(), PurchaseLine.objects.count()) == (
        18_536,
        4_372,
        lines,
    )
