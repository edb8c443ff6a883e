"""What the columns of an imported file mean: what the owner says, what its platform's preset says, or else what their
names let us assume. What is assumed is told."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.importing import column_names, presets
from saleor_relacional.flows.importing.column_names import folded
from saleor_relacional.flows.importing.options import Options
from saleor_relacional.flows.importing.presets.preset import Preset

__all__ = ["Layout", "Options", "find", "known"]

COLUMNS = (
    "order", "customer", "email", "first_name", "placed_at", "time", "quantity", "price", "total", "product",
    "product_name", "status", "refunded", "cancelled_at",
)  # fmt: skip
"""Meanings that an option of the same name may name a column for."""

REFUSABLE = ("status", "refunded", "cancelled_at", "time")
"""Meanings for which the owner may say that the file's column is none."""

NONE = "none"

CURRENCY = re.compile("[A-Z]{3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Options with every column found, and what was assumed to find them."""

    options: Options
    at: Mapping[str, int]
    """Meaning → position in a row."""
    header: tuple[str, ...]
    assumed: tuple[str, ...]
    """What was taken for granted, in the reader's language."""
    preset: Preset | None = None

    @property
    def of_orders(self) -> bool:
        """Whether there is one row per order, rather than one per line."""
        return not self.at.keys() & {"quantity", "price", "product", "product_name"}

    def column(self, meaning: str) -> str:
        """The name of the column with this meaning."""
        return self.header[self.at[meaning]]


def known(given: Options, row: Sequence[str]) -> int:
    """How many columns of a row mean something: the header of a file has the most."""
    said = {folded(getattr(given, meaning)) for meaning in COLUMNS}
    names = [folded(name) for name in row if name.strip()]
    meant = {column_names.MEANINGS.get(name) or (name if name in said else None) for name in names}
    preset = any(preset.signature <= set(names) for preset in presets.PRESETS)
    return len(meant - {None}) + 10 * preset


def find(header: Sequence[str], given: Options) -> Layout:
    """The layout of a file with this header. Raises BadInput, naming the columns there are, when one that is needed is
    missing or stands there twice."""
    header = tuple(name.strip() for name in header)
    preset = presets.recognised(header, given.preset)
    at = _said(header, given)
    assumed = []
    if preset is None:
        found = _by_name(header, set(at), given)
        assumed += _renamed(header, found)
    else:
        found = {key: at_ for key, at_ in _of_preset(header, preset, given).items() if key not in at}
        assumed += _of_platform(preset, found)
    at = found | at
    options = _with_preset(given, preset)
    at = _currency_column(header, options, at)
    _complete(at, header)
    _once(header, at)
    return Layout(options=options, at=at, header=header, assumed=tuple(assumed), preset=preset)


def _said(header: tuple[str, ...], given: Options) -> dict[str, int]:
    at = {}
    columns = [folded(name) for name in header]
    for meaning in COLUMNS:
        column = getattr(given, meaning)
        if not column or (meaning in REFUSABLE and column.lower() == NONE):
            continue
        if column in header:
            at[meaning] = header.index(column)
        elif folded(column) and folded(column) in columns:
            at[meaning] = columns.index(folded(column))
        else:
            raise BadInput(
                f"There is no column {column!r}. The file has: {', '.join(header)}.", field=meaning
            )
    return at


def _by_name(header: tuple[str, ...], said: set[str], given: Options) -> dict[str, int]:
    """Meaning → column, of the meanings that nobody named a column for; the likeliest name wins."""
    best: dict[str, tuple[int, int]] = {}
    for position, name in enumerate(header):
        meaning = column_names.MEANINGS.get(folded(name))
        if meaning is None or meaning in said or getattr(given, meaning, "").lower() == NONE:
            continue
        rank = column_names.RANK[folded(name)]
        if meaning not in best or rank < best[meaning][0]:
            best[meaning] = rank, position
    if given.price and "total" not in said:
        best.pop("total", None)
    return {meaning: position for meaning, (_rank, position) in best.items()}


def _of_preset(header: tuple[str, ...], preset: Preset, given: Options) -> dict[str, int]:
    columns = [folded(name) for name in header]
    found = {}
    for meaning, names in preset.columns.items():
        name = next((name for name in names if name in columns), None)
        if name is not None and getattr(given, meaning, "").lower() != NONE:
            found[meaning] = columns.index(name)
    if preset.by_name and "email" in found:
        found.pop("customer", None)
    return found


def _of_platform(preset: Preset, found: Mapping[str, int]) -> list[str]:
    assumed = [_("a file of %(name)s (--preset none refuses that)") % {"name": preset.name}]
    if preset.by_name and "email" not in found:
        assumed.append(_("people are told apart by their names alone: the file has no addresses"))
    if preset.cancellation_prefix:
        assumed.append(
            _(
                "amounts in %(currency)s, times of %(zone)s, orders that begin with %(prefix)s are money given back"
            )
            % {"currency": preset.currency, "zone": preset.time_zone, "prefix": preset.cancellation_prefix}
        )
    return assumed


def _renamed(header: tuple[str, ...], found: Mapping[str, int]) -> list[str]:
    """What is said of columns that are not called as their options."""
    told = [
        f"{header[at]} = {meaning}" for meaning, at in found.items() if folded(header[at]) != folded(meaning)
    ]
    return [_("columns: %(columns)s") % {"columns": ", ".join(told)}] if told else []


def _with_preset(given: Options, preset: Preset | None) -> Options:
    if preset is None:
        return given
    return replace(
        given,
        currency=given.currency or preset.currency,
        time_zone=given.time_zone or preset.time_zone,
        cancellation_prefix=given.cancellation_prefix or preset.cancellation_prefix,
        total_of=given.total_of or preset.total_of,
    )


def _currency_column(header: tuple[str, ...], options: Options, at: Mapping[str, int]) -> dict[str, int]:
    """Columns, with that of the currency where the owner names one, or without where they say a code."""
    rest = {meaning: position for meaning, position in at.items() if meaning != "currency"}
    said = options.currency
    columns = [folded(name) for name in header]
    if not said:
        return dict(at)
    if CURRENCY.fullmatch(said.upper()) and said not in header:
        return rest
    if said in header or folded(said) in columns:
        return {**rest, "currency": header.index(said) if said in header else columns.index(folded(said))}
    raise BadInput(
        f"{said!r} is neither a currency code such as EUR nor a column. The file has: {', '.join(header)}.",
        field="currency",
    )


def _once(header: tuple[str, ...], at: Mapping[str, int]) -> None:
    columns = [name.casefold() for name in header]
    for meaning, position in at.items():
        if columns.count(columns[position]) > 1:
            raise BadInput(
                f"Two columns are called {header[position]!r}: rename the one that is not the {meaning} meant.",
                field=meaning,
            )


def _complete(at: Mapping[str, int], header: Sequence[str]) -> None:
    needed = {
        "the order's number (--order)": "order" in at,
        "when it was placed (--placed-at)": "placed_at" in at,
        "whose it is (--customer or --email)": bool(at.keys() & {"customer", "email"}),
        "the money (--total, or --quantity with --price)": "total" in at
        or {"quantity", "price"} <= at.keys(),
    }
    missing = [what for what, found in needed.items() if not found]
    if missing:
        raise BadInput(
            f"Which column is {'; which is '.join(missing)}? The file has: {', '.join(header)}. (The first"
            f" row with the names"
            " of the columns is taken for the header.)"
        )
