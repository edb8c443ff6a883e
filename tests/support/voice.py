"""A shop that says usted, and what gives away somebody who says tú."""

import re
from datetime import datetime
from html import unescape

from saleor_relacional.emails import Voice
from saleor_relacional.flows.messages import looks

_UNREAD = re.compile(r"<(style|title)\b.*?</\1>|<[^>]+>", re.DOTALL)


def says_usted(now: datetime, channel: str = "eur") -> None:
    """From now on."""
    looks.decide(channel, who="staff:1", now=now, voice=Voice.USTED.value)


def read(page: str) -> str:
    """What somebody reads of a page, its title first."""
    title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
    inside = _UNREAD.sub(" ", page)
    return " ".join(unescape(f"{title[1] if title else ''} {inside}").split())
