"""The CDNOW sample of the literature: 2,357 customers who first bought in the first twelve weeks of 1997, as
`data/cdnow_*.csv` keep them. Each file says what its columns are and where they come from."""

from pathlib import Path

import numpy as np

from benchmarks.orders import Orders

DATA = Path(__file__).parent / "data"


def histories():
    """Frequency, recency and tenure in weeks of each customer, weeks 1 to 39."""
    frequency, recency, tenure, _ = _customers("cdnow_histories.csv")
    return frequency, recency / 7, tenure / 7


def later():
    """Purchase days of each customer in weeks 40 to 78, in the order of `histories`."""
    return _customers("cdnow_histories.csv")[3]


def repeat_values():
    """Repeat purchase days and their mean value in US dollars, of each customer who came back in weeks 1 to 39."""
    frequency, spent = _customers("cdnow_values.csv")
    return frequency, spent / frequency


def long_histories() -> Orders:
    """The purchase days of those customers who have six or more: as many as a habit shift needs."""
    customer, day, value = _columns("cdnow_long_histories.csv")
    return Orders(
        name="cdnow", customer=customer.astype(np.int64), day=day, value=value, cut=day.max(), end=day.max()
    )


def _customers(name):
    *columns, customers = _columns(name)
    return [np.repeat(column, customers.astype(int)) for column in columns]


def _columns(name):
    rows = [line for line in (DATA / name).read_text().splitlines() if not line.startswith("#")]
    return np.loadtxt(rows[1:], delimiter=",", unpack=True)
