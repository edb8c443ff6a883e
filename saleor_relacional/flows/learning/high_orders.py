"""What the last orders of buyers who came again were worth, beside what was expected of them before."""

import numpy as np

from saleor_relacional.db import columns
from saleor_relacional.flows.learning.buyer_spend import names
from saleor_relacional.flows.learning.order_values import Money
from saleor_relacional.insight.history import FloatArray
from saleor_relacional.insight.inference.value_choice import Valuer
from saleor_relacional.insight.value import gamma_gamma, high_orders, spend

_LASTS = """
SELECT (ascii(currency) * 65536 + ascii(substr(currency, 2)) * 256 + ascii(substr(currency, 3)))::float8,
       sum(orders) FILTER (WHERE place > 1)::float8, sum(worth) FILTER (WHERE place > 1),
       min(worth / orders) FILTER (WHERE place = 1)
FROM (
    SELECT *, row_number() OVER (PARTITION BY profile_id, currency ORDER BY day DESC) AS place
    FROM relacional_learnt WHERE orders > 0
) walked GROUP BY profile_id, currency HAVING count(*) > 1
"""
"""A row per buyer and currency in which they came again: currency as a number, orders before the last day, their value,
the value of an order of the last day."""


def lasts() -> FloatArray:
    """Those of the sample. Runs inside the transaction that took it."""
    return columns.floats(_LASTS, None, 4)


def learn(told: FloatArray, money: Money, valuer: Valuer) -> dict[str, float]:
    """Currency → multiple of what is expected of an order that nine in ten stay below (`high_orders.multiple`), judged
    with who says what an order is worth."""
    currency = names(told[:, 0])
    found = {}
    for name in np.unique(currency):
        _, orders, sold, worth = told[currency == name].T
        skewed = money.gamma.get(str(name))
        if valuer is Valuer.GAMMA_GAMMA and skewed is not None and np.isfinite(skewed.mean):
            expected = gamma_gamma.order_value(skewed, orders, sold / orders)
        else:
            expected = spend.order_value(money.spend.get(str(name)), orders, sold).mean
        found[str(name)] = high_orders.multiple(worth, expected)
    return found
