"""How each channel's mails look and sound, as forms: with the contrast of what must be read on what."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from saleor_relacional import conf, emails
from saleor_relacional.dashboard.fields import Field, Typed, whole
from saleor_relacional.dashboard.policy.fields import Form
from saleor_relacional.emails import contrast
from saleor_relacional.errors import BadInput
from saleor_relacional.flows.messages import looks

PARTS = {"page": "page", "card": "card", "ink": "ink", "button": "button", "button_ink": "buttonInk"}


def all_forms() -> Iterator[Form]:
    """One per channel."""
    for channel, look in looks.every().items():
        yield _form(channel, look)


def _form(channel: str, look: emails.Look) -> Form:
    labels = {
        "page": _("Around the mail"), "card": _("Behind the words"), "ink": _("The words"), "button": _("The button"),
        "button_ink": _("The words on the button"),
    }  # fmt: skip

    def save(typed: Typed, now: datetime, who: str) -> None:
        _decide(channel, typed, now, who)

    colours = tuple(
        Field(
            name=PARTS[name],
            label=label,
            kind="colour",
            value=getattr(look, name),
            said=_contrast(look, name),
        )
        for name, label in labels.items()
    )
    social = "\n".join(f"{name} {url}" for name, url in look.social)
    name = next((one.name for one in conf.host().channels() if one.slug == channel), channel)
    return Form(
        code="look", about=channel, title=_("How mails look and sound: %(channel)s") % {"channel": name},
        decided=_("with a logo") if look.logo_url else _("without a logo"),
        lead=_("The dark mode is made from these colours, so that it can be read, too."),
        fields=(
            *colours,
            Field(name="logoUrl", label=_("Address of the logo"), kind="url", value=look.logo_url,
                  hint=_("Begins with https://. Empty: the shop's name in words.")),
            Field(name="logoWidth", label=_("Width of the logo in pixels"), kind="number", value=str(look.logo_width)),
            Field(name="voice", label=_("How Spanish mails address people"), kind="choice", value=look.voice.value,
                  options=(("tu", "tú"), ("usted", "usted")),
                  hint=_("The pages that your customers open say it, too.")),
            Field(name="signature", label=_("Signature"), value=look.signature, hint=_("Empty: the shop's name.")),
            Field(name="social", label=_("Links in the foot"), kind="words", value=social,
                  hint=_("One per line: name, space, address, such as Instagram https://instagram.com/tea.")),
        ),
        save=save,
    )  # fmt: skip


def _contrast(look: emails.Look, name: str) -> str:
    """How well a colour is read on those that it stands on."""
    found = [need for need in looks.NEEDED if need.what == name]
    if not found:
        return ""
    least = min(contrast.ratio(getattr(look, name), getattr(look, need.on)) for need in found)
    return _("Contrast %(ratio)s to 1; %(least)s are needed.") % {
        "ratio": f"{int(least * 10) / 10:.1f}", "least": max(need.least for need in found),
    }  # fmt: skip


def _decide(channel: str, typed: Typed, now: datetime, who: str) -> None:
    lines = [line.rsplit(maxsplit=1) for line in typed.get("social", "").splitlines() if line.strip()]
    if any(len(line) != 2 for line in lines):
        raise BadInput(_("Give a name and an address on each line."), field="social")
    width = whole(typed.get("logoWidth", ""), field="logoWidth")
    if typed.get("voice") not in {each.value for each in emails.Voice}:
        raise BadInput(_("Choose one of these."), field="voice")
    try:
        looks.decide(
            channel, who=who, now=now, logo_url=typed.get("logoUrl", "").strip(), logo_width=width,
            voice=typed["voice"], signature=typed.get("signature", ""),
            social=[(line[0], line[1].strip()) for line in lines],
            **{name: typed.get(field, "") for name, field in PARTS.items()},
        )  # fmt: skip
    except BadInput as error:
        raise BadInput(
            error.message, code=error.code, field=PARTS.get(error.field or "", error.field)
        ) from error
