"""How each channel's mails look and sound: read, and decided."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from saleor_relacional import conf, emails
from saleor_relacional.emails import contrast
from saleor_relacional.errors import BadInput
from saleor_relacional.flows import input_validation
from saleor_relacional.models import ChannelLook

COLOURS = ("page", "card", "ink", "button", "button_ink")
NARROWEST, WIDEST = 40, 480
"""Pixels of a logo."""
MOST_LINKS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """One colour that must be seen on another."""

    what: str
    """The colour that is at fault where it is not."""
    on: str
    least: float


NEEDED = (
    Contrast(what="ink", on="card", least=contrast.TEXT),
    Contrast(what="ink", on="page", least=contrast.TEXT),
    Contrast(what="button_ink", on="button", least=contrast.TEXT),
    Contrast(what="button", on="card", least=contrast.PART),
)
"""WCAG 2.2, level AA. The quieter words of the foot are made from ink and page so that they can be read."""


def of(channel: str) -> emails.Look:
    """The look of a channel: its owner's, else the plain one. One query."""
    row = ChannelLook.objects.filter(channel=channel).first()
    return look(row) if row else emails.Look()


def every(*, using: str | None = None) -> dict[str, emails.Look]:
    """Channel slug → its look, for every channel of the shop."""
    kept = {row.channel: look(row) for row in ChannelLook.objects.at(using).all()}
    return {channel.slug: kept.get(channel.slug, emails.Look()) for channel in conf.host().channels()}


def look(row: ChannelLook) -> emails.Look:
    """As the mails use it."""
    return emails.Look(
        page=row.page,
        card=row.card,
        ink=row.ink,
        button=row.button,
        button_ink=row.button_ink,
        logo_url=row.logo_url,
        logo_width=row.logo_width,
        voice=emails.Voice(row.voice),
        signature=row.signature,
        social=tuple((name, url) for name, url in row.social),
    )


def decide(
    channel: str, *, who: str, now: datetime, logo_url: str | None = None, logo_width: int | None = None,
    voice: str | None = None, signature: str | None = None, social: Sequence[tuple[str, str]] | None = None,
    **colours: str | None,
) -> emails.Look:  # fmt: skip
    """Change what is given of a channel's look, keep the rest, and return it. `colours`: by the names in COLOURS, as
    #rrggbb. Raises BadInput with the field at fault: a colour that cannot be read on another with the ratio, and the
    nearest one that can."""
    if channel not in {known.slug for known in conf.host().channels()}:
        raise BadInput(_("The shop has no channel of this slug."), code="NOT_FOUND", field="channel")
    told: dict[str, Any] = {
        name: _colour(value, name) for name, value in colours.items() if value is not None
    }
    if logo_url is not None:
        told["logo_url"] = _address(logo_url, "logoUrl") if logo_url else ""
    if logo_width is not None:
        told["logo_width"] = _width(logo_width)
    if voice is not None:
        told["voice"] = emails.Voice(voice).value
    if signature is not None:
        told["signature"] = input_validation.line(signature, field="signature", most=120, required=False)
    if social is not None:
        told["social"] = _links(social)
    now_of = of(channel)
    kept = {
        name: getattr(now_of, name) for name in (*COLOURS, "logo_url", "logo_width", "voice", "signature")
    }
    row = ChannelLook(
        channel=channel, **{**kept, "social": [list(link) for link in now_of.social], **told}, updated_at=now,
        updated_by=who,
    )  # fmt: skip
    _check(look(row))
    row.save(using=conf.database(), force_insert=False)
    return look(row)


def _check(asked: emails.Look) -> None:
    for need in NEEDED:
        colour, on = getattr(asked, need.what), getattr(asked, need.on)
        ratio = contrast.ratio(colour, on)
        if ratio < need.least:
            raise BadInput(
                _(
                    "%(colour)s on %(on)s has a contrast of %(ratio)s to 1, and %(least)s are needed to read it: take"
                    " %(cure)s, or move further apart."
                )
                % {
                    "colour": colour, "on": on, "ratio": f"{int(ratio * 100) / 100:.2f}", "least": need.least,
                    "cure": contrast.readable(colour, on, need.least),
                },
                field=need.what,
            )  # fmt: skip


def _colour(text: str, field: str) -> str:
    found = text.strip().lower()
    if re.fullmatch(r"#[0-9a-f]{3}", found):
        found = "#" + "".join(letter * 2 for letter in found[1:])
    if not contrast.is_colour(found):
        raise BadInput(_("Give a colour as #rrggbb, such as #26282b."), field=field)
    return found


def _width(pixels: int) -> int:
    if not NARROWEST <= pixels <= WIDEST:
        said = _("Give a number of pixels from %(least)s to %(most)s.") % {"least": NARROWEST, "most": WIDEST}
        raise BadInput(said, field="logoWidth")
    return pixels


def _links(told: Sequence[tuple[str, str]]) -> list[list[str]]:
    if len(told) > MOST_LINKS:
        raise BadInput(_("Give at most %(most)s links.") % {"most": MOST_LINKS}, field="social")
    return [
        [input_validation.line(name, field="social", most=40), _address(url, "social")] for name, url in told
    ]


def _address(text: str, field: str) -> str:
    url = input_validation.line(text, field=field, most=500)
    parts = urlsplit(url)
    host = (parts.hostname or "").strip(".")
    if parts.scheme != "https" or "." not in host or parts.username or set(url) & set("\"'<> {}\\"):
        raise BadInput(_("Give an address that begins with https://."), field=field)
    return url
