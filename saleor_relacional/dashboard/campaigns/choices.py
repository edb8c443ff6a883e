"""What one may choose among in a campaign's form, as people say it."""

from collections.abc import Sequence

from babel import Locale, UnknownLocaleError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.dashboard.filters import locale
from saleor_relacional.emails import library
from saleor_relacional.flows.campaigns.campaign.rung_goods import LISTS
from saleor_relacional.flows.campaigns.kinds.kind import CampaignKind, Goal
from saleor_relacional.flows.campaigns.kinds.registry import kinds
from saleor_relacional.flows.campaigns.terms import occasion_of
from saleor_relacional.flows.evidence import rung_words
from saleor_relacional.flows.preferences import topics as declared_topics
from saleor_relacional.flows.segments import segments as known_segments
from saleor_relacional.models import RungKind

Options = Sequence[tuple[str, str]]
"""(value, label)"""


def segments() -> Options:
    """All, those that ship first."""
    return [(str(one.public_id), one.name) for one in known_segments.all_known()]


def objectives() -> Options:
    """What an owner may want of the people of a segment."""
    return [
        ("", _("that they stay")), (Goal.RECOVER.value, _("that they come back")),
        (Goal.ACQUIRE.value, _("that they buy for the first time")),
    ]  # fmt: skip


def rungs() -> Options:
    """Kinds of what people may get, the cheapest first."""
    told = {RungKind.PERCENTAGE.value: _("Per cent off")}
    return [(one, told.get(one) or rung_words.what(one)) for one in RungKind.values]


def messages(kind: CampaignKind) -> Options:
    """Mails that a campaign of this kind can send: its own first."""
    knows = occasion_of(kind)
    own = [step.message for step in kind.steps]
    usable = [one for one in _sent() if library.occasion(one) <= knows]
    return [(one, message(one)) for one in dict.fromkeys([*own, *usable])]


def _sent() -> list[str]:
    """Mails that some kind of campaign sends."""
    return [step.message for kind in kinds().values() for step in kind.steps]


def message(name: str) -> str:
    """What a mail is called: as the kind whose it is, with its place where that has several."""
    for kind in kinds().values():
        own = [step.message for step in kind.steps]
        if name in own:
            title = str(kind.title)
            return (
                _("%(kind)s, message %(number)s") % {"kind": title, "number": own.index(name) + 1}
                if len(own) > 1
                else title
            )
    return name


def languages(mails: Sequence[str], chosen: Sequence[str]) -> Options:
    """Those in which all these mails are written."""
    known = [set(library.languages(one)) for one in mails if one in library.names()]
    written = set.intersection(*known) if known else set[str]()
    return [(tag, language(tag)) for tag in sorted({*written, *chosen})]


def language(tag: str) -> str:
    """What a language is called in the reader's."""
    try:
        return Locale.parse(tag, sep="-").get_display_name(locale()) or tag
    except (UnknownLocaleError, ValueError):
        return tag


def topics() -> Options:
    """What the shop has declared that messages may be about."""
    spoken = (get_language() or "en").split("-")[0]
    return [
        (one.key, one.names.get(spoken) or next(iter(one.names.values()), one.key))
        for one in declared_topics.declared()
    ]


def goods(name: str, references: Sequence[str]) -> Options:
    """What these are called at the shop, of the list `name` of a rung."""
    known = (
        conf.host().goods(LISTS[name], references, channels=(), language=get_language() or "")
        if references
        else {}
    )
    gone = _("%(name)s: the shop does not know it")
    return [(one, known[one].name if one in known else gone % {"name": one}) for one in references]
