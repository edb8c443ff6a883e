"""A sync or an import ends when the shop is understood, not when the file is read."""

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from saleor_relacional import conf
from saleor_relacional.flows.learning import fit
from saleor_relacional.flows.profiles import profiles
from saleor_relacional.flows.profiles.beliefs import beliefs
from saleor_relacional.flows.profiles.beliefs.named import Belief, Name
from saleor_relacional.models import CustomerSummary, Fit, Prediction, Profile, Stage, Stale

pytestmark = pytest.mark.django_db

STRANGERS = (150, 180, 190, 210, 230, 250, 260, 310, 350, 420)
ANAS = ("50.00", "51.00", "52.00", "53.00", "54.00", "55.00")


def worth(one: Profile) -> Belief:
    now = conf.host().now()
    told = beliefs.of([profiles.of_ids([one.pk])[one.pk]], now)[one.pk]
    return {belief.name: belief for belief in told}[Name.ORDER_VALUE]


def test_a_day_old_shop_takes_a_history_in(shop: Any, tmp_path: Path) -> None:
    """Ten people bought once, for 150 to 420. Then Ana's six orders of 50 to 55 come from a file, among those of forty
    others. When the command ends, everybody is learnt from and scored, and Ana is worth about what she spends."""
    for i, value in enumerate(STRANGERS):
        shop.order(email=f"s{i}@shop.example", total=value)
    call_command("relacional_sync", stdout=StringIO(), stderr=StringIO())
    assert fit.shop(conf.host().now()).customers == 10
    assert not Stale.objects.exists()

    today = conf.host().now().date()
    lines = ["order,email,placed_at,total"]
    lines += [
        f"A{i},ana@shop.example,{today - timedelta(30 * i + 3)},{value}" for i, value in enumerate(ANAS)
    ]
    lines += [f"B{i},b{i}@shop.example,{today - timedelta(i + 1)},{60 + i}.00" for i in range(40)]
    file = tmp_path / "old.csv"
    file.write_text("\n".join(lines) + "\n")
    call_command("relacional_import", str(file), stdout=StringIO(), stderr=StringIO())

    ana = Profile.objects.get(email="ana@shop.example")
    learnt = Fit.objects.get(adopted=True)
    assert learnt.customers == 51 and not Stale.objects.exists()
    assert set(Prediction.objects.values_list("fit", flat=True)) == {learnt.pk}
    assert CustomerSummary.objects.get(profile=ana).stage in (Stage.ACTIVE, Stage.LOYAL)
    told = worth(ana)
    assert told.low is not None and told.high is not None
    assert 45 < told.value < 75 and told.low <= 55 and told.high >= 50


def test_nothing_new_costs_nothing(shop: Any) -> None:
    """A second sync learns nothing again and scores nobody."""
    shop.order(email="ana@shop.example")
    said = StringIO()
    call_command("relacional_sync", stdout=StringIO(), stderr=StringIO())
    before = list(Fit.objects.values_list("pk", "adopted"))
    call_command("relacional_sync", stdout=said, stderr=StringIO())

    assert list(Fit.objects.values_list("pk", "adopted")) == before and len(before) == 1
    assert said.getvalue().splitlines()[-1].endswith("of 0 people are up to date.")


def test_few_newcomers_are_scored_with_what_is_known(shop: Any) -> None:
    """Five more buyers in a shop of ten: scored at once, and the shop is not learnt again for them."""
    for i in range(10):
        shop.order(email=f"s{i}@shop.example")
    call_command("relacional_sync", stdout=StringIO(), stderr=StringIO())
    for i in range(5):
        shop.order(email=f"n{i}@shop.example")
    call_command("relacional_sync", stdout=StringIO(), stderr=StringIO())

    assert Fit.objects.get().customers == 10
    assert Prediction.objects.count() == 15
