"""How each channel's mails look and sound: read, and decided."""

from saleor_relacional import emails
from saleor_relacional.models import ChannelLook


def of(channel: str) -> emails.Look:
    """The look of a channel: its owner's, else the plain one. One query."""
    row = ChannelLook.objects.filter(channel=channel).first()
    return look(row) if row else emails.Look()


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
