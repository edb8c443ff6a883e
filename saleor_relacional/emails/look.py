"""How a channel's mails look and sound: its colours, logo, voice, signature and links, the same in all of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from . import contrast

DARK_PAGE, DARK_CARD, DARK_INK, DARK_QUIET = "#17181a", "#202225", "#e9e8e4", "#a9adb2"
"""What a mail wears in the dark, whatever it wears in the light."""


_COLOUR = re.compile(r"#[0-9A-Fa-f]{3,8}")


class Voice(StrEnum):
    """How a language that tells them apart speaks to a customer."""

    TU = "tu"
    USTED = "usted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The look of a channel. Colours are #rrggbb."""

    page: str = "#f3f2ef"
    """Around the card, and in the box of a code."""
    card: str = "#ffffff"
    """Behind the words."""
    ink: str = "#26282b"
    """Of the words."""
    button: str = "#26282b"
    button_ink: str = "#ffffff"
    logo_url: str = ""
    """Address of a picture, the same for everybody; empty: the shop's name is written."""
    logo_width: int = 140
    """Pixels."""
    voice: Voice = Voice.TU
    signature: str = ""
    """Who signs; empty: the shop."""
    social: tuple[tuple[str, str], ...] = ()
    """Social links: (name, address) each, in the foot."""

    def told(self, shop: str) -> Mapping[str, object]:
        """What the layout uses of it. `shop`: the shop's name, which the logo stands for."""
        return _told(self, shop)

    def colour(self, layout: str) -> str:
        """A layout with this look's colours written into it: they are the same in every mail."""
        return _coloured(layout, self)

    def _told(self, shop: str) -> Mapping[str, object]:
        button, ink = self._in_the_dark()
        logo = {"url": self.logo_url, "alt": shop, "width": self.logo_width} if self.logo_url else None
        return {
            "page": self.page, "card": self.card, "ink": self.ink,
            "quiet": contrast.readable(contrast.mix(self.ink, self.page, 0.28), self.page, contrast.TEXT),
            "edge": contrast.mix(self.page, self.ink, 0.12),
            "button": self.button, "button_ink": self.button_ink, "dark_button": button, "dark_button_ink": ink,
            "dark_page": DARK_PAGE, "dark_card": DARK_CARD, "dark_ink": DARK_INK, "dark_quiet": DARK_QUIET,
            "logo": logo, "social": [{"name": name, "url": url} for name, url in self.social],
        }  # fmt: skip

    def _in_the_dark(self) -> tuple[str, str]:
        """Colours of the button where it is dark: its own, where it stands out there; else light on dark."""
        if contrast.ratio(self.button, DARK_CARD) >= contrast.PART:
            return self.button, self.button_ink
        return DARK_INK, DARK_CARD


@lru_cache(maxsize=128)
def _told(look: Look, shop: str) -> Mapping[str, object]:
    return look._told(shop)


@lru_cache(maxsize=64)
def _coloured(layout: str, look: Look) -> str:
    for name, value in look.told("").items():
        if isinstance(value, str) and _COLOUR.fullmatch(value):
            layout = layout.replace(f"{{{{ look.{name} }}}}", value)
    return layout


PLAIN = Look()
"""What a channel wears until its owner says another."""
