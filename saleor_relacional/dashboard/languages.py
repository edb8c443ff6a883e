"""Languages, as the shop's people call them."""

from collections.abc import Collection

from babel import Locale, UnknownLocaleError
from django.conf import global_settings, settings

from saleor_relacional.dashboard.filters import locale
from saleor_relacional.emails.languages import known


def name(tag: str) -> str:
    """Of one language, such as Spanish (Mexico)."""
    try:
        said = Locale.parse(tag, sep="-").get_display_name(locale()) or tag
    except (ValueError, UnknownLocaleError):
        return tag
    return said[:1].upper() + said[1:]


def others(than: Collection[str]) -> list[tuple[str, str]]:
    """Tag and name of every language that the host or Django knows, by name; without these. A host's own list may be no
    more than what its pages speak."""
    listed = [*settings.LANGUAGES, *global_settings.LANGUAGES]
    tags = {known(tag) for tag, _name in listed} - {"", *than}
    return sorted(((tag, name(tag)) for tag in tags), key=lambda each: each[1])
