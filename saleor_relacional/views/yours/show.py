"""The page as it stands, with what has just changed above it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from saleor_relacional import conf
from saleor_relacional.flows.consent import consent, links
from saleor_relacional.flows.ledger import ledger, remarks, words
from saleor_relacional.flows.ledger.entries import Section, SectionKind
from saleor_relacional.models import Remark
from saleor_relacional.views import page
from saleor_relacional.views.yours.filled import filled
from saleor_relacional.views.yours.opening import Opened, opens


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What has just changed, and how to undo it."""

    said: str
    """In one sentence."""
    undo: str = ""
    """Address below the page's to which the undo is posted; empty: it cannot be undone, or needs it not."""
    values: Sequence[tuple[str, str]] = field(default=())
    """What is posted there."""


@require_http_methods(["GET", "HEAD"])
@opens
def yours(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Show it. Nothing changes: mail scanners follow links."""
    return shown(opened)


def shown(opened: Opened, *, done: Done | None = None, problem: str = "", status: int = 200) -> HttpResponse:
    """The whole page. `problem`: what could not be done, and why."""
    zone = conf.time_zone()
    told = ledger.of(opened.profile, opened.now)
    return page.answer("yours/yours.html", opened.language, {
        "opened": opened,
        "leave": links.leave_token(opened.public_id),
        "has_left": consent.has_left(opened.profile.pk, now=opened.now),
        "headline": told.headline,
        "sections": [_section(one, zone) for one in told.sections],
        "remarks": [_remark(one, zone) for one in remarks.of(opened.profile)],
        "wishes": filled(opened) if opened.on else None,
        "done": done,
        "problem": problem,
    }, status=status)  # fmt: skip


def _section(one: Section, zone: ZoneInfo) -> Mapping[str, object]:
    entries = [(each, words.day(each.at, zone) if each.at else "") for each in one.entries]
    return {"title": _title(one.kind), "summary": one.summary, "entries": entries, "left_out": one.left_out}


def _title(kind: SectionKind) -> str:
    return {
        SectionKind.KNOW: _("What we know"),
        SectionKind.BELIEVE: _("What we believe, and why"),
        SectionKind.SENT: _("What we sent, and why"),
        SectionKind.PLAN: _("What we plan"),
        SectionKind.OFFERS: _("Your offers"),
        SectionKind.PROMISED: _("What we promised, and whether we kept it"),
        SectionKind.ALLOWED: _("What you agreed to"),
    }[kind]


def _remark(one: Remark, zone: ZoneInfo) -> Mapping[str, object]:
    said = {
        "wrong": _("You said that this is wrong."),
        "correction": _("You corrected it."),
        "objection": _("You object to our using it."),
        "note": _("You noted:"),
    }[one.kind]
    right = {"gift": _("It was a gift."), "not_mine": _("It was not you who bought it.")}.get(one.right, "")
    return {
        "public_id": one.public_id, "told": one.told, "said": said, "right": right, "words": one.words,
        "day": words.day(one.said_at, zone), "answer": one.answer,
        "answered": words.day(one.answered_at, zone) if one.answered_at else "",
    }  # fmt: skip
