"""Order histories for the benchmarks: the public ones where they are at hand, or a CSV."""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
"""Beside the project; the whole files are not copied into it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """One row per order."""

    name: str
    customer: npt.NDArray[np.int64]
    day: npt.NDArray[np.float64]
    """Day number (proleptic ordinal) as the file writes the date."""
    value: npt.NDArray[np.float64]
    cut: float
    """Last day known."""
    end: float
    """Last day judged."""
    left_out: int = 0
    """Rows that are no purchase or cannot be read."""


def public() -> list[Orders]:
    """The two histories that the issue names, those that are there."""
    found = []
    if (path := DATA / "cdnow_sample.txt").exists():
        found.append(_cdnow(path))
    if (path := DATA / "online_retail.csv.gz").exists():
        found.append(_online_retail(path))
    return found


def from_csv(path: Path, cut: date, end: date) -> Orders:
    """`order,customer,placed_at,total`; rows of one order add up, in any order.

    Orders that add up to less than nothing are refunds and no purchase; rows without a customer, or whose date
    or total cannot be read, are left out and counted. Raises SystemExit when the header is another.
    """
    if not path.exists():
        raise SystemExit(f"{path} is not there: give ORDERS=file, a CSV or CSV.gz")
    totals: dict[tuple[str, str], tuple[float, float]] = {}
    left_out = 0
    with gzip.open(path, "rt", newline="") if path.suffix == ".gz" else path.open(newline="") as file:
        reader = csv.DictReader(file)
        if missing := {"order", "customer", "placed_at", "total"} - set(reader.fieldnames or ()):
            raise SystemExit(
                f"{path}: no column {', '.join(sorted(missing))}; give order,customer,placed_at,total"
            )
        for row in reader:
            try:
                day = float(datetime.fromisoformat(row["placed_at"].strip()).toordinal())
                total = float(row["total"])
            except (ValueError, AttributeError):
                left_out += 1
                continue
            if not row["customer"] or not np.isfinite(total):
                left_out += 1
                continue
            key = (row["customer"], row["order"])
            before = totals.get(key, (day, 0.0))
            totals[key] = (min(day, before[0]), before[1] + total)
    kept = [(customer, day, total) for (customer, _), (day, total) in totals.items() if total >= 0]
    return _orders(path.stem, kept, cut, end, left_out + len(totals) - len(kept))


def _cdnow(path: Path) -> Orders:
    rows = []
    for line in path.read_text().splitlines():
        _, customer, day, _, dollars = line.split()
        rows.append((customer, float(datetime.strptime(day, "%Y%m%d").toordinal()), float(dollars)))
    return _orders("cdnow", rows, date(1997, 9, 30), date(1998, 6, 30))


def _online_retail(path: Path) -> Orders:
    totals: dict[tuple[str, str], tuple[float, float]] = {}
    left_out = 0
    with gzip.open(path, "rt", newline="") as file:
        for row in csv.DictReader(file):
            if not row["CustomerID"] or row["InvoiceNo"].startswith("C"):
                left_out += 1
                continue
            key = (row["CustomerID"], row["InvoiceNo"])
            day = float(date.fromisoformat(row["InvoiceDate"][:10]).toordinal())
            before = totals.get(key, (day, 0.0))
            totals[key] = (before[0], before[1] + int(row["Quantity"]) * float(row["UnitPrice"]))
    rows = [(customer, day, total) for (customer, _), (day, total) in totals.items()]
    return _orders("online_retail", rows, date(2011, 8, 31), date(2011, 12, 9), left_out)


def _orders(
    name: str, rows: list[tuple[str, float, float]], cut: date, end: date, left_out: int = 0
) -> Orders:
    if end <= cut:
        raise SystemExit(f"END {end} is not after CUT {cut}: give the last day known and the last day judged")
    names = {customer: number for number, customer in enumerate(sorted({row[0] for row in rows}))}
    return Orders(
        name=name, customer=np.array([names[row[0]] for row in rows], dtype=np.int64),
        day=np.array([row[1] for row in rows], dtype=np.float64),
        value=np.array([row[2] for row in rows], dtype=np.float64),
        cut=float(cut.toordinal()), end=float(end.toordinal()), left_out=left_out,
    )  # fmt: skip
