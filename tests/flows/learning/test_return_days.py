"""The fit of a shop knows when its buyers come back for the first time."""

from datetime import datetime
from typing import Any

import pytest

from saleor_relacional.flows.learning import fit
from tests.support.people import person

pytestmark = pytest.mark.django_db


def test_learnt_from_first_gaps_alone(shop: Any, now: datetime) -> None:
    """Forty buyers came back after 45 days or so, then every ten: what is learnt is the first gap."""
    for i in range(40):
        first = 43 + i % 5
        person(f"Person{i}", days_ago=[200, *range(200 - first, 100, -10)])
    fit.estimate(now)
    assert 42 <= fit.shop(now).return_days <= 48
    assert fit.prior(now).return_days == pytest.approx(9.8, abs=0.1)
