"""How the files of consents and of suppressions are laid out: a table per platform, and the plain one of anybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from saleor_relacional.errors import BadInput


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
    status: Sequence[str] = ()
    given_up: Sequence[str] = ()
    """Filled in where the platform writes to an address no more, whatever its status says. Such a row is no consent."""
    reason: Sequence[str] = ()
    first_name: Sequence[str] = ("first name", "first_name", "nombre", "fname")
    language: Sequence[str] = ("language", "locale", "idioma", "lang")


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
    status=("email marketing consent", "$consent"), given_up=("email suppressions",),
    reason=("email suppressions", "suppression reason", "reason"),
)  # fmt: skip
PLAIN = ListPreset(
    name="plain",
    marks=frozenset(),
    email=("email", "e-mail", "email address", "e-mail address", "mail", "correo", "correo electrónico"),
    agreed_at=("agreed_at", "agreed at", "date", "timestamp", "created_at", "fecha"),
    left_at=("left_at", "left at", "unsubscribed_at", "date", "timestamp", "fecha"),
    status=("status", "estado"), reason=("reason", "cause", "motivo"),
)  # fmt: skip
PRESETS = (MAILCHIMP, KLAVIYO, PLAIN)

AGREED = frozenset({"subscribed", "opt_in", "opted in", "yes", "true", "1", "email", "sí", "si", "suscrito"})
"""Words of a status that says that they agreed; any other is no consent."""
BOUNCES = ("bounce", "clean", "invalid", "rebot")
COMPLAINTS = ("spam", "complain", "abuse", "queja")


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


def columns(header: Sequence[str], preset: ListPreset) -> Mapping[str, int]:
    """What we read → the number of its column; what the file does not have is left out. Raises BadInput without an
    address."""
    places = {cell.lower(): number for number, cell in reversed(list(enumerate(header)))}
    found: dict[str, int] = {}
    for what in ("email", "agreed_at", "left_at", "status", "given_up", "reason", "first_name", "language"):
        for name in getattr(preset, what):
            if name in places:
                found.setdefault(what, places[name])
    if "email" not in found:
        raise BadInput(
            f"No column holds addresses: name one {preset.email[0]!r}, or say --preset. Nothing was imported.",
            field="file",
        )
    return found


def cause_of(reason: str, header: Sequence[str]) -> str:
    """Why an address is given up, as an objection keeps it."""
    told = reason.lower()
    if any(word in told for word in BOUNCES) or "clean_time" in {cell.lower() for cell in header}:
        return "bounce"
    return "complaint" if any(word in told for word in COMPLAINTS) else "opt_out"
