"""Who drew which rung, and why: each decision with its reasons. It names nobody."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.dashboard import desk
from saleor_relacional.dashboard.campaigns.known import known
from saleor_relacional.dashboard.incentives.ladder import what
from saleor_relacional.dashboard.pages import answer
from saleor_relacional.flows.campaigns.deciding import audit
from saleor_relacional.flows.campaigns.deciding.reasons import RungReason
from saleor_relacional.hosts.base import Caller
from saleor_relacional.models import Campaign

PAGE = 25


@desk.page
def content(request: HttpRequest, campaign: UUID, *, caller: Caller) -> HttpResponse:
    """The latest first."""
    found = known(campaign)
    values = {"campaign": found, **_page(found, 0)}
    return desk.show("incentives/decisions.html", values, caller=caller, section="incentives")


@desk.page
def rows(request: HttpRequest, campaign: UUID, *, caller: Caller) -> HttpResponse:
    """The next ones."""
    after = request.GET.get("after", "")
    if not (after.isdecimal() and len(after) < 19):
        raise Http404
    found = known(campaign)
    return answer("incentives/decision_rows.html", {"campaign": found, **_page(found, int(after))})


def _page(campaign: Campaign, after: int) -> dict[str, Any]:
    found = audit.page(campaign, first=PAGE, after=after or None, using=conf.database())
    return {
        "decisions": [_told(one) for one in found.decisions],
        "after": found.decisions[-1].key if found.more else 0,
    }


def _told(one: audit.Decision) -> dict[str, Any]:
    kind, value, chance = one.chances[one.place]
    return {
        "at": one.at, "drew": what(kind, value), "chance": chance,
        "who": audit.named(one.segment) or _("everybody else"),
        "reasons": [reason(code) for code in one.reasons],
        "chances": [(what(kind, value), chance) for kind, value, chance in one.chances],
    }  # fmt: skip


def reason(code: str) -> str:
    """Why, as people say it."""
    return {
        RungReason.CONTROL: _("held out to measure against"), RungReason.RULE: _("a line says so"),
        RungReason.DEFAULT: _("no line names them"), RungReason.LEARNT: _("drawn by what was learnt"),
        RungReason.STOPPED: _("another one is stopped for them"),
        RungReason.UNAVAILABLE: _("another one cannot be given now"),
        RungReason.BUDGET: _("the month's money does not reach another one"),
        RungReason.DOUBTED: _("another one hardly has any hope"),
    }[RungReason(code)]  # fmt: skip
