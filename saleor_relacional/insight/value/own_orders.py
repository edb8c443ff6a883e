"""No model of order values speaks against what a customer did: from four own orders on, their mean holds it.

Efron, Morris (1971), "Limiting the risk of Bayes estimators": estimates drawn toward a group serve its typical members
and fail whoever is unlike them. The draw is therefore limited to a multiple of the own mean's standard error.
"""

import numpy as np

from saleor_relacional.insight.history import FloatArray

ENOUGH = 4
"""Own orders from which their mean limits what is believed."""
LIMIT = 1.2815515655
"""Standard errors by which a value may be drawn away from the own mean: what an 80 % interval reaches."""


def limited(value: FloatArray, own: FloatArray, orders: FloatArray, standard_error: FloatArray) -> FloatArray:
    """The values, drawn away from the own means by `LIMIT` standard errors of those at most, where there are `ENOUGH`
    orders. One value per customer, all in one currency."""
    reach = LIMIT * standard_error
    return np.asarray(np.where(orders >= ENOUGH, np.clip(value, own - reach, own + reach), value))


def reaching(
    low: FloatArray, high: FloatArray, own: FloatArray, orders: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """The interval's ends, moved out to the own mean where there are `ENOUGH` orders: it then overlaps their span."""
    speaks = orders >= ENOUGH
    return np.where(speaks, np.minimum(low, own), low), np.where(speaks, np.maximum(high, own), high)
