"""The list of campaigns, the kinds as cards, and whom one campaign would write to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from saleor_relacional import conf
from saleor_relacional.dashboard import desk, words
from saleor_relacional.dashboard.campaigns import in_person, one
from saleor_relacional.dashboard.campaigns.known import known
from saleor_relacional.dashboard.pages import answer
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.campaigns.hindrance import hindrance
from saleor_relacional.flows.campaigns.kinds.kind import CampaignKind, Goal
from saleor_relacional.flows.campaigns.kinds.registry import kinds
from saleor_relacional.flows.campaigns.owner import outlook
from saleor_relacional.flows.campaigns.terms import Terms
from saleor_relacional.flows.evidence import harm_words, power_words, results
from saleor_relacional.flows.scoring import rebuild
from saleor_relacional.hosts.base import Caller
from saleor_relacional.models import Campaign, CampaignState

PAGE = 25
OPEN, OVER = "open", "finished"
"""Lists of campaigns."""
FIRST = ("win_back", "second_purchase", "welcome", "abandoned_checkout", "replenishment")
"""Kinds that come first among the cards: recover, then keep, then win."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One campaign of a list."""

    campaign: Campaign
    kind: str
    state: str
    because: str
    """Why it paused itself; empty where it did not."""
    hindrance: str
    """What keeps an active one from sending; empty: nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One kind, and the campaign of it that there is."""

    kind: CampaignKind
    goal: str
    there: Campaign | None
    """The first that is not finished."""


@desk.page
def content(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """What runs, and what one could begin."""
    return page(caller)


def page(caller: Caller, **more: Any) -> HttpResponse:
    """The list; `more`: what is said above it."""
    values = {
        OPEN: _rows(OPEN, 0), OVER: _rows(OVER, 0), "goals": _cards(), **more,
    }  # fmt: skip
    return desk.show("campaigns/campaigns.html", values, caller=caller, section="campaigns")


@desk.page
def rows(request: HttpRequest, which: str, *, caller: Caller) -> HttpResponse:
    """The next campaigns of a list."""
    after = request.GET.get("after", "")
    if which not in (OPEN, OVER) or not (after.isdecimal() and len(after) < 19):
        raise Http404
    return answer("campaigns/rows.html", {"list": _rows(which, int(after))})


def _rows(which: str, after: int) -> dict[str, Any]:
    """Those that are not finished by their order, the finished ones the latest first."""
    now, some = conf.host().now(), Campaign.objects.all()
    if which == OPEN:
        some = some.exclude(state=CampaignState.FINISHED).filter(pk__gt=after).order_by("pk")
    else:
        some = some.filter(state=CampaignState.FINISHED).order_by("-pk")
        some = some.filter(pk__lt=after) if after else some
    found = list(some[: PAGE + 1])
    told = [_row(one, now) for one in found[:PAGE]]
    return {"which": which, "rows": told, "after": found[PAGE - 1].pk if len(found) > PAGE else 0}


def _row(campaign: Campaign, now: Any) -> Row:
    held = hindrance(campaign, now) if campaign.state == CampaignState.ACTIVE else None
    kind = kinds().get(campaign.kind)
    return Row(
        campaign=campaign, kind=str(kind.title) if kind else campaign.kind, state=words.state(campaign.state),
        because=harm_words.because(campaign.paused_for), hindrance=words.hindrance(held) if held else "",
    )  # fmt: skip


def _cards() -> Sequence[tuple[str, list[Card]]]:
    """Goal by goal, in the order in which goals come first."""
    there: dict[str, Campaign] = {}
    for found in Campaign.objects.exclude(state=CampaignState.FINISHED).order_by("-pk"):
        there[found.kind] = found
    cards = [Card(kind=one, goal=one.goal, there=there.get(one.name)) for one in kinds().values()]
    cards.sort(key=lambda card: FIRST.index(card.kind.name) if card.kind.name in FIRST else len(FIRST))
    return [(words.goal(goal), [card for card in cards if card.goal == goal]) for goal in Goal]


@desk.page
def outlook_of_kind(request: HttpRequest, kind: str, *, caller: Caller) -> HttpResponse:
    """What a campaign of this kind would do in this shop. Nothing of it stays."""
    if kind not in kinds():
        raise Http404
    found = outlook.of_kind(kind, conf.host().now())
    return answer("campaigns/kind_outlook.html", {"outlook": found, "kind": kinds()[kind], **told(found)})


def told(found: outlook.Outlook | None) -> dict[str, Any]:
    """What the templates say of an outlook."""
    if found is None:
        return {}
    return {
        "knowing": power_words.foretold(found.power),
        "suppressed": sum(found.summary.suppressed.values()),
    }


@desk.page
def said(request: HttpRequest, campaign: UUID, *, caller: Caller) -> HttpResponse:
    """What a campaign changed, in its sentence."""
    found = results.results(known(campaign), conf.host().now())
    return answer("campaigns/said.html", {"results": found})


@desk.change
def make(request: HttpRequest, kind: str, *, caller: Caller) -> HttpResponse:
    """A draft in the kind's own words, opened; the one that there is already, unless another one is asked for."""
    if kind not in kinds():
        raise Http404
    now = conf.host().now()
    if request.POST.get("another") == "yes":
        own, terms = kinds()[kind], Terms(daily_capacity=outlook.DAILY_CAPACITY)
        made = campaigns.create(
            kind=kind, name=str(own.title), goal=str(own.aim), hypothesis=str(own.hypothesis), terms=terms, now=now,
            by=caller.reference,
        )  # fmt: skip
    else:
        made = campaigns.ensure(kind, now, daily_capacity=outlook.DAILY_CAPACITY, by=caller.reference)
    return one.page(made, caller, place=f"campaigns/{made.public_id}")


@desk.page
def people(request: HttpRequest, campaign: UUID, *, caller: Caller) -> HttpResponse:
    """Whom it would write to, and whom not and why: the dry run, person by person; in a large shop after the
    page."""
    found, now = known(campaign), conf.host().now()
    values = {"campaign": found, "later": True} if rebuild.wanted() else in_person.values(found, now)
    return desk.show("campaigns/people.html", values, caller=caller, section="campaigns")


@desk.page
def queue(request: HttpRequest, campaign: UUID, *, caller: Caller) -> HttpResponse:
    """The same people, where the page did not wait for them."""
    return answer("campaigns/queue.html", in_person.values(known(campaign), conf.host().now()))
