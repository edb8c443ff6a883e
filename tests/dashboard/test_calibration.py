"""The page "how good our predictions were": three predictions, two plots each, for whoever may read."""

import re
from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from saleor_relacional.dashboard.calibration import plots
from saleor_relacional.flows.learning import fit
from saleor_relacional.flows.learning.calibration import Group, Measure, Month
from tests.api.asking import Asker
from tests.support.crowds import a_shop, purchase

pytestmark = pytest.mark.django_db
SVG = re.compile(r"<svg.*?</svg>", re.DOTALL)


def get(asker: Asker | None, language: str = "en") -> Any:
    token = {"Authorization": asker.token} if asker and asker.token else {}
    return Client().get("/dashboard/content/calibration/", headers={"Accept-Language": language, **token})


def test_an_owner_sees_how_good_it_was(shop: Any, reader: Asker, now: datetime) -> None:
    """Titles, sentences, six plots that hold what they should, and the numbers below; in Spanish too."""
    a_shop("regular", 150, span=730, until=now)
    fit.estimate(now)
    text = get(reader).content.decode()
    for said in (
        "How good our predictions were",
        "Who comes back",
        "How many orders",
        "How much money",
        "Of 100 customers",
    ):
        assert said in text, said
    drawn = [ElementTree.fromstring(svg) for svg in SVG.findall(text)]
    assert len(drawn) == 6
    for tenths, months in zip(drawn[::2], drawn[1::2], strict=True):
        assert 5 <= len(tenths.findall("rect")) == len(tenths.findall("circle")) <= 10
        assert len(months.findall("polyline")) == 8 and len(months.findall("circle")) == 12
    assert 'style="' not in text and "<script" not in text
    spanish = get(reader, "es").content.decode()
    assert "Quién vuelve" in spanish and "ocurrido" in spanish and "Who" not in spanish


def test_one_customer_is_not_a_hundred(shop: Any, reader: Asker, now: datetime) -> None:
    """A shop of one: plots with wide intervals, a caution, and no sentence about "100 customers to whom we gave"."""
    profile = a_shop("regular", 1, until=now)[0]
    for days in range(3, 400, 30):
        purchase(profile, now - timedelta(days=days)).save()
    fit.estimate(now)
    text = get(reader).content.decode()
    assert "too few to say" in text and "<svg" in text and "to whom we gave" not in text


def test_a_young_shop_reads_why_there_is_nothing(shop: Any, reader: Asker) -> None:
    """No empty axes: a sentence that says what it takes."""
    text = get(reader).content.decode()
    assert "at least three weeks of orders" in text and "<svg" not in text


def test_nobody_reads_it_without_permission(shop: Any, now: datetime) -> None:
    """What a shop sells is its own business."""
    a_shop("regular", 60, until=now)
    fit.estimate(now)
    staff = Asker(shop.context(account=shop.staff("MANAGE_ORDERS")))
    for asker, status in ((None, 401), (staff, 403)):
        answer = get(asker)
        assert answer.status_code == status and b"<svg" not in answer.content


def measure(groups: list[tuple[float, float, float, float]], first: datetime) -> Measure:
    """Groups and months of these (predicted, happened, low, high)."""
    deciles, months = [], []
    for i, (predicted, happened, low, high) in enumerate(groups):
        numbers = {"customers": 9, "predicted": predicted, "happened": happened, "low": low, "high": high}
        start = (first + timedelta(days=30 * i)).date()
        deciles.append(Group(number=i + 1, **numbers))  # type: ignore[arg-type]
        months.append(Month(first=start, last=start + timedelta(days=29), known=first.date(), **numbers))  # type: ignore[arg-type]
    return Measure(
        name="orders",
        currency="",
        customers=9,
        predicted=1.0,
        happened=1.0,
        deciles=tuple(deciles),
        months=tuple(months),
    )


def test_everything_lies_inside_the_picture(now: datetime) -> None:
    """Large and small, below nothing and nothing at all: inside the frame, more is higher, 0 is on the floor."""
    for groups in (
        [(0.0, 0.0, 0.0, 0.0)], [(1.5e6, 9e5, 8e5, 1e6), (0.0, 0.0, 0.0, 0.0)], [(0.001, 0.002, -0.001, 0.005)],
        [(-5.0, -7.0, -9.0, -3.0), (4.0, 5.0, 3.0, 7.0)],
    ):  # fmt: skip
        for plot in (plots.by_tenth(measure(groups, now)), plots.by_month(measure(groups, now))):
            for mark in plot.marks:
                for y in (mark.predicted, mark.happened, mark.low, mark.high):
                    assert 0 <= y <= plots.HEIGHT
                assert plots.LEFT <= mark.x <= plots.WIDTH and mark.high <= mark.happened <= mark.low
            assert [tick.at for tick in plot.heights] == sorted(
                (tick.at for tick in plot.heights), reverse=True
            )
            assert len(plot.heights) <= 7 and any(
                tick.value == 0 and tick.at == plot.floor for tick in plot.heights
            )
    plot = plots.by_tenth(measure([(1.0, 2.0, 1.0, 3.0)], now))
    assert plot.marks[0].happened < plot.marks[0].predicted
