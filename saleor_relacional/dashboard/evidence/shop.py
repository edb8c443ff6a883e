"""What all of it together brought, by people whom nothing commercial reaches; and campaign by campaign."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from saleor_relacional import conf
from saleor_relacional.dashboard import desk, numbers, words
from saleor_relacional.dashboard.evidence import measures
from saleor_relacional.dashboard.fields import CONFLICT, changed_meanwhile
from saleor_relacional.dashboard.pages import answer
from saleor_relacional.db import locks, sql
from saleor_relacional.db.locks import Lock
from saleor_relacional.errors import RelacionalError
from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns.owner import curve
from saleor_relacional.flows.evidence import verdict_words
from saleor_relacional.flows.evidence.outcome import Outcome
from saleor_relacional.flows.shop_control import beside, overview, periods
from saleor_relacional.hosts.base import Caller
from saleor_relacional.models import Campaign, ShopControlPeriod

PAGE = 25


@desk.page
def content(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """The shop's sentence, and a line for each campaign that ever ran."""
    return _page(caller)


@desk.page
def rows(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """The next campaigns."""
    after = request.GET.get("after", "")
    if not (after.isdecimal() and len(after) < 19):
        raise Http404
    return answer("evidence/rows.html", _rows(int(after)))


@desk.change
def decide(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """How many are held out of everything commercial."""
    typed, now = request.POST.get("share", ""), conf.host().now()
    try:
        with sql.atomic():
            locks.lock(Lock.POLICY)
            if request.POST.get("version") != _of_100(policy.current(now).shop_control_share):
                raise changed_meanwhile()
            periods.decide(_share(typed), now=now)
    except RelacionalError as error:
        return _page(caller, status=409 if error.code == CONFLICT else 422, error=error, typed=typed)
    return _page(caller, saved=words.saved())


def _of_100(share: Decimal) -> str:
    return format((100 * Decimal(share)).normalize(), "f")


def _share(typed: str) -> Decimal:
    return numbers.number(typed.strip() or "0", field="share") / 100


def _page(
    caller: Caller, *, status: int = 200, error: RelacionalError | None = None, typed: str = "", **more: Any
) -> HttpResponse:
    now = conf.host().now()
    found = overview.overview(now)
    told = [_period(one, now) for one in found.periods]
    values = {
        "control": found, "periods": told, "error": error,
        "share": typed if error else _of_100(found.share), "version": _of_100(found.share),
        "conflict": error is not None and error.code == CONFLICT,
        "most": int(100 * periods.MOST),
        **_rows(0), **more,
    }  # fmt: skip
    return desk.show("evidence/shop.html", values, caller=caller, section="evidence", status=status)


def _period(one: overview.PeriodOverview, now: Any) -> dict[str, Any]:
    results = one.compare()
    main = results[0] if results else None
    return {
        "begins_at": one.begins_at, "ends_at": one.ends_at, "runs": now < one.ends_at,
        "treated": one.treated, "control": one.control, "pk": one.pk,
        "said": verdict_words.leading(main, now if now < one.ends_at else None),
        "measures": measures.measures(main) if main else (),
        "harm": measures.measures(main, measures.HARM) if main else (),
        "beside": measures.measures(main, (Outcome.UNCAPPED,)) if main else (),
        "erased": measures.erased(main) if main else None, "held": one,
    }  # fmt: skip


@desk.page
def curves(request: HttpRequest, period: int, *, caller: Caller) -> HttpResponse:
    """The outcomes of a period over time."""
    row = ShopControlPeriod.objects.filter(pk=period).first()
    if row is None:
        raise Http404
    now = min(conf.host().now(), row.ends_at + timedelta(days=periods.WINDOW_DAYS))
    together = overview.results(row, now)
    looks = (
        curve.looks(
            lambda at: overview.results(row, at), together[0], now, window=timedelta(days=periods.WINDOW_DAYS)
        )
        if together else []
    )  # fmt: skip
    return answer("evidence/curves.html", {"measures": measures.curves(looks)})


@desk.page
def spent(request: HttpRequest, period: int, *, caller: Caller) -> HttpResponse:
    """What a period's codes took off, and credit: after the page."""
    row = ShopControlPeriod.objects.filter(pk=period).first()
    if row is None:
        raise Http404
    return answer("evidence/beside.html", {"beside": beside.of(row, conf.host().now())})


def _rows(after: int) -> dict[str, Any]:
    """Campaigns that were ever switched on, the latest first."""
    some = Campaign.objects.exclude(fixed_at=None).order_by("-pk")
    found = list((some.filter(pk__lt=after) if after else some)[: PAGE + 1])
    return {
        "campaigns": [(one, words.state(one.state)) for one in found[:PAGE]],
        "after": found[PAGE - 1].pk if len(found) > PAGE else 0,
    }
