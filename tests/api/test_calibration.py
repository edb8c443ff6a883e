"""Calibration over the API."""

from datetime import datetime
from typing import Any

import pytest

from saleor_relacional.flows.learning import fit
from tests.api.asking import Asker, operation
from tests.support.crowds import a_shop

pytestmark = pytest.mark.django_db


def test_the_documented_query(reader: Asker, shop: Any, now: datetime) -> None:
    """Null while there is nothing to compare; then three measures with tenths and months, and the corrections."""
    assert reader.data(operation("calibration"))["relationshipCalibration"] is None
    a_shop("regular", 120, span=730, until=now)
    fit.estimate(now)
    found = reader.data(operation("calibration"))["relationshipCalibration"]
    assert found["days"] == 90 and len(found["periods"]) == 4 and found["failedAt"] is None
    for name, currency in (("chance", ""), ("orders", ""), ("money", "EUR")):
        measure = found[name]
        assert measure["currency"] == currency and len(measure["months"]) == 12
        assert sum(group["customers"] for group in measure["deciles"]) == measure["customers"]
        assert all(
            group["low"] <= group["happened"] <= group["high"] and group["words"]
            for group in measure["deciles"]
        )
    assert found["chance"]["words"].startswith("Of 100 customers we expected")
    assert "correction" in found["level"]["words"] and found["valuer"] in ("own_average", "gamma_gamma")
