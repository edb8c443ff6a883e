"""How the files of consents and of suppressions are laid out: a table per platform, and the plain one of anybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.importing.agreements import verdicts
from saleor_relacional.flows.importing.column_names import folded


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPreset:
    """One platform's columns, in small letters, the likeliest first; a file is recognised by `marks`."""

    name: str
    marks: frozenset[str]
    """Columns that no other platform has: one of them is enough."""
    email: Sequence[str]
    agreed_at: Sequence[str]
    """When they agreed."""
    left_at: Sequence[str]
    """When they left, or when the address was given up. A row that says so is no consent."""
    reason: Sequence[str] = ()
    status: Sequence[str] = ()
    """The platform's own; where it is there, it alone counts. Else any of `verdicts.STATUS`."""
    gone: Sequence[str] = ()
    """Likewise, of `verdicts.GONE`."""
    first_name: Sequence[str] = ("first name", "first_name", "nombre", "fname")
    language: Sequence[str] = ("language", "locale", "idioma", "lang")


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Where a file says what, by the numbers of its columns."""

    one: Mapping[str, int]
    """Of what there is one column at most: email, agreed_at, left_at, reason, first_name, language."""
    status: Sequence[int]
    """Say yes of those who agreed, or in a word where they stand."""
    gone: Sequence[int]
    """Are filled in for those who are written to no more, whatever their status says."""


MAILCHIMP = ListPreset(
    name="mailchimp",
    marks=frozenset({"member_rating", "optin_time", "confirm_time", "unsub_time", "clean_time", "leid", "euid"}),
    email=("email address", "email"), agreed_at=("confirm_time", "optin_time"), left_at=("unsub_time", "clean_time"),
    reason=("unsub_reason",),
)  # fmt: skip
KLAVIYO = ListPreset(
    name="klaviyo",
    marks=frozenset({"klaviyo id", "email marketing consent", "email suppressions", "$consent", "suppression reason"}),
    email=("email", "email address"),
    agreed_at=("email marketing consent timestamp", "consent timestamp", "$consent_timestamp", "initial source date"),
    left_at=("email suppressions timestamp", "suppressed at", "suppression timestamp"),
    reason=("email suppressions", "suppression reason", "reason"),
    status=("email marketing consent", "$consent"), gone=("email suppressions",),
)  # fmt: skip
PLAIN = ListPreset(
    name="plain",
    marks=frozenset(),
    email=("email", "e-mail", "email address", "e-mail address", "mail", "correo", "correo electrónico"),
    agreed_at=("agreed_at", "agreed at", "date", "timestamp", "created_at", "fecha"),
    left_at=("left_at", "left at", "unsubscribed_at", "date", "timestamp", "fecha"),
    reason=("reason", "cause", "motivo"),
)  # fmt: skip
PRESETS = (MAILCHIMP, KLAVIYO, PLAIN)


def preset_of(header: Sequence[str], name: str = "") -> ListPreset:
    """The platform whose file it is: the one that is named, else the one whose marks it has. Raises BadInput."""
    if name:
        found = next((one for one in PRESETS if one.name == name), None)
        if found is None:
            raise BadInput(
                f"There is no preset {name}: say {', '.join(one.name for one in PRESETS)}.", field="preset"
            )
        return found
    known = {cell.lower() for cell in header}
    return next((one for one in PRESETS if one.marks & known), PLAIN)


def columns(header: Sequence[str], preset: ListPreset, passed_over: Sequence[str] = ()) -> Columns:
    """What we read, and where it stands; what the file does not have is left out. `passed_over`: columns that say
    nothing of this. Raises BadInput without an address, where two columns have one name, and for a column that may say
    who agreed or left and that is not read."""
    cells = [cell.lower() for cell in header]
    _known_columns(header, passed_over)
    found: dict[str, int] = {}
    for what in ("email", "agreed_at", "left_at", "reason", "first_name", "language"):
        for name in getattr(preset, what):
            if name in cells:
                found.setdefault(what, _only(cells, name))
    if "email" not in found:
        raise BadInput(
            f"No column holds addresses: name one {preset.email[0]!r}, or say --preset. Nothing was imported.",
            field="file",
        )
    own = [number for number, cell in enumerate(cells) if cell in preset.status]
    if own:
        gone = [number for number, cell in enumerate(cells) if cell in preset.gone]
        return Columns(one=found, status=own[:1], gone=gone)
    passed = {folded(one) for one in passed_over}
    free = [number for number, cell in enumerate(cells) if folded(cell) not in passed]
    known = [number for number in free if folded(cells[number]) in verdicts.STATUS]
    status = [number for number in known if folded(cells[number]) not in verdicts.HOW] or known
    gone = [number for number in free if folded(cells[number]) in verdicts.GONE]
    _all_read([header[number] for number in free if number not in {*found.values(), *known, *gone}])
    return Columns(one=found, status=status, gone=gone)


def _all_read(left_out: Sequence[str]) -> None:
    for column in left_out:
        if verdicts.may_tell(column):
            raise BadInput(
                f"The column {column!r} may say who agreed or left, and is not read. Call it Status where it says yes"
                " of those who agreed, Unsubscribed where it is filled in for those who left, or say --pass-over"
                f" {column!r} where it says nothing of that. Nothing was imported.",
                field="file",
            )


def _known_columns(header: Sequence[str], passed_over: Sequence[str]) -> None:
    names = {folded(cell) for cell in header}
    for one in passed_over:
        if folded(one) not in names:
            raise BadInput(f"There is no column {one!r}. Nothing was imported.", field="pass_over")


def _only(cells: Sequence[str], name: str) -> int:
    if cells.count(name) > 1:
        raise BadInput(
            f"Two columns are called {name!r}: rename the one that is not meant. Nothing was imported.",
            field="file",
        )
    return cells.index(name)
