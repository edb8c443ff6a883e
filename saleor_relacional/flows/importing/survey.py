"""The first reading of a whole file: what only all its rows together can tell, before anything is staged."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from babel import Locale
from django.utils.translation import gettext as _

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.importing import amounts, column_names, dates, statuses
from saleor_relacional.flows.importing.addresses import SCIENTIFIC
from saleor_relacional.flows.importing.column_names import folded
from saleor_relacional.flows.importing.file_layout import Layout
from saleor_relacional.flows.importing.presets.preset import LINE, ORDER
from saleor_relacional.flows.importing.statuses import Meaning

MANY = 200_000
"""Different texts of a column that are kept at most: enough to see how they are written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """How this file writes things, and what was assumed to say so."""

    locale: str
    date_order: str
    meanings: Mapping[str, Meaning]
    """Word of the status, as written → what it means."""
    total_of: str
    """order or line."""
    refunded_of: str
    rows: int
    assumed: tuple[str, ...] = ()


@dataclass(slots=True)
class _Repeats:
    """Whether a column says the same on all rows of an order. Rows of one order that stand together are compared."""

    last: str = ""
    text: str = ""
    several: int = 0
    """Orders with several rows, in all of which the column says the same, or nothing after the first."""
    blank: int = 0
    """Of these, orders where it stands on one row only."""
    different: int = 0
    rows: int = 0
    same: bool = True
    others: bool = False

    def see(self, order: str, text: str) -> None:
        """Looks at one row."""
        if order != self.last:
            self.close()
            self.last, self.text, self.rows, self.same, self.others = order, text, 1, True, False
            return
        self.rows += 1
        self.same = self.same and text in {"", self.text}
        self.others = self.others or bool(text)

    def close(self) -> None:
        """Counts the order that has just ended."""
        if self.rows > 1 and self.text:
            self.several += self.same
            self.blank += self.same and not self.others
            self.different += not self.same


@dataclass(slots=True)
class _Seen:
    amounts: dict[str, int] = field(default_factory=dict)
    dates: dict[str, int] = field(default_factory=dict)
    words: Counter[str] = field(default_factory=Counter)
    totals: _Repeats = field(default_factory=_Repeats)
    refunds: _Repeats = field(default_factory=_Repeats)
    rows: int = 0


def survey(
    rows: Iterable[tuple[int, list[str]]], layout: Layout, progress: Callable[[int], None] | None = None
) -> Ways:
    """Read all rows and decide. Raises BadInput where the file contradicts itself, or where only its owner can tell."""
    seen = _look(rows, layout)
    if not seen.rows:
        raise BadInput("The file holds no rows below its header.", field="file")
    options, preset = layout.options, layout.preset
    assumed = []
    locale, shown = (options.locale, False) if options.locale else amounts.guessed(_lines(seen.amounts))
    amounts.decimal_sign(locale)
    if shown and locale == amounts.COMMA:
        assumed.append(_("amounts are written as 1.234,50"))
    order = ""
    if not options.date_format:
        order, shown = dates.order_of(
            _lines(seen.dates),
            options.date_order,
            by_preset=preset.date_order if preset else _order_of(options.locale),
        )
        if order and not options.date_order:
            assumed.append(
                _("the day comes first in dates")
                if order == dates.DMY
                else _("the month comes first in dates")
            )
    meanings: dict[str, Meaning] = {}
    if "status" in layout.at:
        known = {**(preset.words if preset else {}), **statuses.said(options.status_words)}
        meanings = statuses.meanings(
            seen.words, known, refunds_told="refunded" in layout.at, column=layout.column("status")
        )
        assumed.append(_told(layout, seen.words, meanings))
    assumed += _columns_told(layout)
    total_of = _total_of(layout, seen)
    if total_of == ORDER and seen.totals.several:
        assumed.append(_("the total is the order's, and counts once for all its rows"))
    refunded_of = (
        ORDER if total_of == ORDER or (seen.refunds.several and not seen.refunds.different) else LINE
    )
    return Ways(
        locale=locale, date_order=order, meanings=meanings, total_of=total_of, refunded_of=refunded_of, rows=seen.rows,
        assumed=tuple(assumed),
    )  # fmt: skip


def _look(rows: Iterable[tuple[int, list[str]]], layout: Layout) -> _Seen:
    at, seen = layout.at, _Seen()
    money = [at[meaning] for meaning in ("total", "price", "quantity", "refunded") if meaning in at]
    names = [at[meaning] for meaning in ("order", "customer") if meaning in at]
    order, placed, status = at["order"], at["placed_at"], at.get("status", -1)
    total, refunded = at.get("total", -1), at.get("refunded", -1)
    width = len(layout.header)
    for line, row in rows:
        seen.rows += 1
        if len(row) != width:
            continue
        for position in names:
            if "+" in row[position] and SCIENTIFIC.fullmatch(row[position]):
                _refuse_scientific(layout.header[position], line, row[position])
        for position in money:
            if row[position] not in seen.amounts and len(seen.amounts) < MANY:
                seen.amounts[row[position]] = line
        if row[placed] not in seen.dates and len(seen.dates) < MANY:
            seen.dates[row[placed]] = line
        if status >= 0 and (row[status] or row[order] != seen.totals.last):
            seen.words[row[status]] += 1
        seen.totals.see(row[order], row[total] if total >= 0 else "")
        if refunded >= 0:
            seen.refunds.see(row[order], row[refunded])
    seen.totals.close()
    seen.refunds.close()
    return seen


def _refuse_scientific(column: str, line: int, text: str) -> None:
    raise BadInput(
        f"Line {line} has {text!r} in {column!r}: a spreadsheet has cut a long number, and different"
        f" people would become one."
        " Export the file anew, and open it with that column set to text (or do not open it in a"
        " spreadsheet). Nothing was"
        " imported.",
        field="customer",
    )


def _total_of(layout: Layout, seen: _Seen) -> str:
    """Whose total the column holds."""
    options, totals = layout.options, seen.totals
    if options.total_of not in {"", ORDER, LINE}:
        raise BadInput(f"--total-of is {ORDER} or {LINE}.", field="total_of")
    if options.total_of:
        return options.total_of
    if layout.of_orders or "total" not in layout.at or not totals.several:
        return LINE
    name = folded(layout.column("total"))
    if name in column_names.OF_LINE:
        return LINE
    if totals.different and name not in column_names.OF_ORDER:
        return LINE
    if not totals.different and (name in column_names.OF_ORDER or totals.blank == totals.several):
        return ORDER
    raise BadInput(
        f"Rows of one order have the same {layout.column('total')!r} in {totals.several} orders and different ones in"
        f" {totals.different}. Say --total-of order, if it is the order's and counts once, or --total-of"
        f" line, if each row has its"
        " own. Nothing was imported.",
        field="total_of",
    )


def _told(layout: Layout, counts: Mapping[str, int], meanings: Mapping[str, Meaning]) -> str:
    words = ", ".join(f"{word or '–'} = {meanings[word]} ({count})" for word, count in counts.items())
    return _("status from %(column)s: %(words)s") % {"column": layout.column("status"), "words": words}


def _columns_told(layout: Layout) -> list[str]:
    told = []
    if "refunded" in layout.at and not layout.options.refunded:
        told.append(
            _("money given back from %(column)s (--refunded none refuses that)")
            % {"column": layout.column("refunded")}
        )
    if "cancelled_at" in layout.at and not layout.options.cancelled_at:
        told.append(
            _("orders with something in %(column)s are cancelled (--cancelled-at none refuses that)")
            % {"column": layout.column("cancelled_at")}
        )
    return told


def _order_of(locale: str) -> str:
    """The order of day and month that a language's short dates have; empty for English without a country."""
    if not locale or locale.lower() == "en":
        return ""
    pattern = Locale.parse(locale.replace("-", "_")).date_formats["short"].pattern
    return dates.DMY if pattern.find("d") < pattern.find("M") else dates.MDY


def _lines(seen: Mapping[str, int]) -> Iterable[tuple[int, str]]:
    return ((line, text) for text, line in seen.items())
