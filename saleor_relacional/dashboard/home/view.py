"""Home: what an owner reads first. Names at once; what has to be counted, after the page."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.dashboard import desk, words
from saleor_relacional.dashboard.checklist import view as checklist
from saleor_relacional.dashboard.health import places
from saleor_relacional.dashboard.pages import answer
from saleor_relacional.flows.calendar import calendars
from saleor_relacional.flows.campaigns import capacity
from saleor_relacional.flows.feedback import cases
from saleor_relacional.flows.incentives import staff_tasks
from saleor_relacional.flows.ledger import remarks
from saleor_relacional.flows.operations import health
from saleor_relacional.flows.profiles import changed
from saleor_relacional.flows.sending import outbox
from saleor_relacional.flows.sending.mail_server import providers
from saleor_relacional.flows.shop_control import overview
from saleor_relacional.hosts.base import Caller
from saleor_relacional.models import Campaign, CampaignState, CustomerSummary, Stage

WEEK = timedelta(days=7)
NAMED = 5
TOLD = 3
"""Campaigns whose sentence stands here, the latest."""
STAGES = (Stage.RECOVERED, Stage.SLIPPING, Stage.LAPSED, Stage.NEW)
"""Whom an owner wants to hear of, in this order."""
LONG_AGO = datetime(1970, 1, 2, tzinfo=UTC)


@desk.page
def content(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """What changed, leaves, waits, and is wrong."""
    return _content(caller)


@desk.change
def save(request: HttpRequest, code: str, *, caller: Caller) -> HttpResponse:
    """Save one form of what is missing, and show Home as it stands then."""
    refused = checklist.taken(request, code, caller.reference)
    return _content(caller, refused=refused, saved="" if refused else _("Saved."))


def _content(caller: Caller, *, refused: checklist.Refusal | None = None, saved: str = "") -> HttpResponse:
    now = conf.host().now()
    people = CustomerSummary.objects.exists()
    started = Campaign.objects.exclude(state=CampaignState.DRAFT).exists()
    values = {
        **checklist.items(now, refused=refused, save_at="dashboard-home-save"),
        "saved": saved,
        "people": people,
        "started": started,
        "changed": _changed(now) if people else [],
        "problems": places.leading(health.health(now, counted=False).problems, else_to="health"),
    }
    return desk.show(
        "home/home.html", values, caller=caller, section="home", status=checklist.status_of(refused)
    )


@desk.page
def totals(request: HttpRequest, stage: str, *, caller: Caller) -> HttpResponse:
    """How many came into a stage this week, and the money at stake: after the page."""
    now = conf.host().now()
    return answer("home/total.html", {"total": changed.total(stage, now - WEEK, now=now)})


@desk.page
def leaves(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """What has left today, and what still will: after the page, since it is counted. The calendar knows what was to
    leave when it was made; of that, what has left since is taken off."""
    now = conf.host().now()
    running = Campaign.objects.filter(state=CampaignState.ACTIVE).in_bulk()
    calendar = calendars.latest()
    rows = []
    if calendar and running:
        left = outbox.left_since(max(calendar.as_of, capacity.day_began(now)))
        for each in calendars.days(calendar).get(now.astimezone(conf.time_zone()).date(), []):
            mails = max(each.treated - left.get(each.campaign_id, 0), 0)
            if each.campaign_id in running and (mails or each.waiting):
                rows.append({"campaign": running[each.campaign_id], "mails": mails, "waiting": each.waiting})
    values = {
        "rows": rows, "running": bool(running), "being_made": bool(running) and calendars.wanted(now),
        "started": Campaign.objects.exclude(state=CampaignState.DRAFT).exists(),
        "sent": providers.sent_today(now),
    }  # fmt: skip
    return answer("home/leaves.html", values)


@desk.page
def waits(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """What waits for a decision of the owner's or an answer of somebody's: after the page, since it is counted."""
    return answer("home/waits.html", {"waits": _waits(conf.host().now())})


@desk.page
def brought(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """What everything together brought, in one sentence: after the page, since everybody who entered is compared. Where
    nobody is held out of everything, campaign by campaign."""
    periods = overview.overview(conf.host().now()).periods
    values = {
        "said": periods[0].words if periods else "",
        "campaigns": [] if periods else Campaign.objects.exclude(fixed_at=None).order_by("-fixed_at")[:TOLD],
    }
    return answer("home/brought.html", values)


@desk.page
def past(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """What was found in the shop's past: after the page."""
    now = conf.host().now()
    found = [(stage, changed.total(stage, LONG_AGO, now=now, causes=None)) for stage in Stage.values]
    stake = [total for stage, total in found if stage in (Stage.SLIPPING, Stage.LAPSED)]
    values = {
        "stages": [(stage, words.stage(stage), total) for stage, total in found if total.number],
        "usual": changed.usual_days(),
        "late": sum(total.number for total in stake),
        "more": any(total.more for total in stake),
        "stake": changed.together(stake),
    }
    return answer("home/past.html", values)


def _changed(now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "stage": str(stage), "people": changed.named(stage, now - WEEK, now=now, most=NAMED),
        }
        for stage in STAGES
    ]  # fmt: skip


def _waits(now: datetime) -> dict[str, int]:
    """What waits for a decision of the owner's or an answer of somebody's."""
    return {
        "cases": cases.count(waiting=True),
        "overdue": cases.overdue(now),
        "tasks": staff_tasks.count_open(),
        "remarks": remarks.count_open(),
        "drafts": Campaign.objects.filter(state=CampaignState.DRAFT).count(),
    }
