"""The month's money, the ladders, and what the owner says of costs."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.dashboard import desk, numbers, words
from saleor_relacional.dashboard.fields import CONFLICT, changed_meanwhile
from saleor_relacional.dashboard.incentives import ladder, margin_form, money
from saleor_relacional.dashboard.incentives.margin_form import Line, MarginForm
from saleor_relacional.dashboard.pages import answer
from saleor_relacional.db import locks, sql
from saleor_relacional.db.locks import Lock
from saleor_relacional.errors import BadInput, RelacionalError
from saleor_relacional.flows import policy
from saleor_relacional.flows.evidence import costs
from saleor_relacional.flows.incentives import accounts
from saleor_relacional.hosts.base import Caller
from saleor_relacional.models import Campaign, CampaignState

PAGE = 10
MONTHS = 6


@desk.page
def content(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """As it stands."""
    return _page(caller)


@desk.page
def ladders(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """The ladders of the next campaigns."""
    after = request.GET.get("after", "")
    if not (after.isdecimal() and len(after) < 19):
        raise Http404
    return answer("incentives/ladders.html", _ladders(int(after)))


@desk.change
def budget(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """What the offers of all campaigns may take off per month."""
    amount, currency = request.POST.get("monthBudget", "").strip(), request.POST.get("budgetCurrency", "")
    now = conf.host().now()
    typed = {"amount": amount, "currency": currency, "basis": request.POST.get("basis", "")}
    try:
        with sql.atomic():
            locks.lock(Lock.POLICY)
            if typed["basis"] != _budget(now)["basis"]:
                raise changed_meanwhile()
            policy.decide(
                now=now,
                month_budget=numbers.amount(amount, field="monthBudget") if amount else None,
                budget_currency=currency if amount else "",
            )
    except BadInput as error:
        return _page(caller, status=422, budget=typed, budget_error=error)
    except RelacionalError as error:
        if error.code != CONFLICT:
            raise
        held = _budget(now)
        said = f"{held['amount']} {held['currency']}" if held["amount"] else _("no limit")
        return _page(
            caller, status=409, budget={**typed, "basis": held["basis"]},
            theirs=_("Somebody else has changed the month's budget meanwhile."),
            meanwhile=[{"label": _("Budget per month"), "value": said}],
        )  # fmt: skip
    return _page(caller, saved=words.saved())


@desk.change
def redraw(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """The form of margins with a line more. Saves nothing."""
    form = margin_form.typed(request.POST)
    if len(form.lines) < margin_form.MOST:
        form.lines.append(Line())
    return answer("incentives/margins.html", {"may_change": True, **_margins(form)})


@desk.change
def margins(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """Default margins, and what sending an order and a mail costs."""
    form = margin_form.typed(request.POST)
    try:
        with sql.atomic():
            locks.lock(Lock.POLICY)
            if form.basis != margin_form.digest(costs.current()):
                raise changed_meanwhile()
            given = margin_form.read(form)
            costs.decide(
                now=conf.host().now(), default_margins=given.margins, mail=given.mail,
                shipping_costs=given.deliveries,
            )  # fmt: skip
    except BadInput as error:
        margin_form.blame(form, error)
        return _page(caller, status=422, margins=form)
    except RelacionalError as error:
        if error.code != CONFLICT:
            raise
        held = margin_form.kept(form.mail_currency)
        form.basis = held.basis
        return _page(
            caller, status=409, margins=form, theirs=_("Somebody else has changed the margins meanwhile."),
            meanwhile=margin_form.said_now(held, form),
        )  # fmt: skip
    return _page(caller, saved=words.saved())


def _page(
    caller: Caller, *, status: int = 200, budget: dict[str, str] | None = None, margins: MarginForm | None = None,
    budget_error: RelacionalError | None = None, theirs: str = "", **more: Any,
) -> HttpResponse:  # fmt: skip
    """`budget`, `margins`: what was typed, instead of what is kept; `theirs`: what somebody else did meanwhile."""
    now = conf.host().now()
    kept = _budget(now)
    form = margins or margin_form.kept(_currencies()[0])
    values = {
        "months": money.months(accounts.of_shop(now, months=MONTHS)), "budget": budget or kept, "kept": kept,
        "budget_error": budget_error, "theirs": theirs, **_ladders(0), **_margins(form),
        "currencies": _currencies(kept["currency"], form.mail_currency), **more,
    }  # fmt: skip
    return desk.show("incentives/incentives.html", values, caller=caller, section="incentives", status=status)


def _budget(now: Any) -> dict[str, str]:
    held = policy.current(now)
    amount = "" if held.month_budget is None else numbers.shown(held.month_budget)
    currency = held.budget_currency or held.reporting_currency or _currencies()[0]
    return {"amount": amount, "currency": currency, "basis": f"{amount} {held.budget_currency}".strip()}


def _currencies(*held: str) -> list[str]:
    """Those of the shop's channels, and what is kept in one that the shop has no more."""
    return sorted({one.currency for one in conf.host().channels()} | {one for one in held if one}) or [""]


def _margins(form: MarginForm) -> dict[str, Any]:
    return {
        "form": form, "channels": [one.slug for one in conf.host().channels()],
        "currencies": _currencies(form.mail_currency),
    }  # fmt: skip


def _ladders(after: int) -> dict[str, Any]:
    """Of campaigns that are not finished, and give something."""
    now = conf.host().now()
    some = Campaign.objects.exclude(state=CampaignState.FINISHED).filter(pk__gt=after).order_by("pk")
    found = list(some[: PAGE + 1])
    return {
        "ladders": [ladder.view(one, now) for one in found[:PAGE]],
        "ladders_after": found[PAGE - 1].pk if len(found) > PAGE else 0,
    }
