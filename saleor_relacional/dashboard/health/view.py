"""What runs, what is late, what to do, and what is still missing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from babel.dates import format_timedelta
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.dashboard import desk
from saleor_relacional.dashboard.filters import locale
from saleor_relacional.dashboard.health import places
from saleor_relacional.dashboard.pages import answer
from saleor_relacional.dashboard.policy import server_state
from saleor_relacional.flows.feedback import cases
from saleor_relacional.flows.operations import doctor, health
from saleor_relacional.hosts.base import Caller
from saleor_relacional.hosts.facts import FactKind


@desk.page
def content(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """The state of everything, what is to be done first."""
    now = conf.host().now()
    found, missing = health.health(now, counted=False), doctor.findings(now)
    values: dict[str, Any] = {
        "problems": places.leading(found.problems),
        "missing": missing, "must": sum(each.fatal for each in missing),
        "runs": _runs(found, now), "server": server_state.state(now), "errors": found.errors,
    }  # fmt: skip
    return desk.show("health/health.html", values, caller=caller, section="health")


@desk.page
def overdue(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """How many wait for an answer that is overdue: after the page, since it is counted."""
    return answer("health/overdue.html", {"number": cases.overdue(conf.host().now())})


def _runs(found: health.Health, now: datetime) -> Sequence[dict[str, Any]]:
    """What has to run, how fresh it is, and whether that is in order."""
    names = {
        FactKind.CUSTOMER: _("Reading customers"), FactKind.ORDER: _("Reading orders"),
        FactKind.CHECKOUT: _("Reading open checkouts"),
    }  # fmt: skip
    sweeps = [
        {
            "what": names.get(FactKind(one.kind), one.kind), "late": one.late,
            "said": _("%(span)s ago") % {"span": _span(one.age)} if one.age is not None else _("never yet"),
        }
        for one in found.sweeps
    ]  # fmt: skip
    late_queue = found.queue_age is not None and found.queue_age > health.QUEUE_LATE
    late_news = found.stale_age is not None and found.stale_age > health.STALE_LATE
    learnt = now - found.fit_at if found.fit_at else None
    return [
        *sweeps,
        {"what": _("Mails that are due"), "late": late_queue,
         "said": _("the oldest waits for %(span)s") % {"span": _span(found.queue_age)} if found.queue_age
         else _("none waits")},
        {"what": _("News about customers"), "late": late_news,
         "said": _("the oldest waits for %(span)s") % {"span": _span(found.stale_age)} if found.stale_age
         else _("all taken in")},
        {"what": _("Learning the shop"), "late": False,
         "said": _("%(span)s ago") % {"span": _span(learnt)} if learnt is not None
         else _("not yet: too little is known")},
    ]  # fmt: skip


def _span(age: timedelta | None) -> str:
    return format_timedelta(age or timedelta(0), threshold=2, locale=locale())
