"""On the host's homepage: what changed this week, and what waits for somebody."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from saleor_relacional import conf
from saleor_relacional.dashboard.desk import page
from saleor_relacional.dashboard.pages import answer, in_readers_language, skeleton
from saleor_relacional.flows.operations import doctor, week
from saleor_relacional.hosts.base import Caller
from saleor_relacional.models import Campaign, CampaignState


@require_safe
@in_readers_language
def widget(request: HttpRequest) -> HttpResponse:
    """The frame. Cheap and without data: the dashboard asks for it twice."""
    return skeleton(request, "widget", _("Relationships"))


@page
def content(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """Numbers of the week, and what is to be done."""
    now = conf.host().now()
    told = week.week(now)
    drafts = Campaign.objects.filter(state=CampaignState.DRAFT).count()
    values = {
        "moved": [(stage, told.moved.get(stage, 0)) for stage in week.STAGES],
        "week": told,
        "waits": told.cases or told.tasks or told.remarks or drafts,
        "drafts": drafts,
        "must": sum(finding.fatal for finding in doctor.findings(now)),
        "home": conf.host().desk_address(),
    }
    return answer("week/week.html", values)
