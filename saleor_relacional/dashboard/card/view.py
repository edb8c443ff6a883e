"""The card on a customer's page: where the relationship stands, the rhythm, what to expect, what they hold."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from graphene.relay import Node

from saleor_relacional import conf
from saleor_relacional.dashboard import may_write, words
from saleor_relacional.dashboard.card import advice, timeline
from saleor_relacional.dashboard.pages import answer, for_staff, in_readers_language, skeleton
from saleor_relacional.flows import money, policy
from saleor_relacional.flows.contact import exclusions
from saleor_relacional.flows.incentives import wallet
from saleor_relacional.flows.preferences import preferences
from saleor_relacional.flows.profiles import habits, profiles
from saleor_relacional.flows.profiles.beliefs import beliefs, fits, reasons
from saleor_relacional.flows.profiles.beliefs.named import Name
from saleor_relacional.flows.profiles.profiles import Relationship
from saleor_relacional.flows.profiles.rhythm_forecast import RhythmForecast
from saleor_relacional.flows.sending import person_plan
from saleor_relacional.hosts.base import Caller
from saleor_relacional.models import FeedbackCase


@require_safe
@in_readers_language
def widget(request: HttpRequest) -> HttpResponse:
    """The frame. Cheap and without data: the dashboard asks for it twice."""
    return skeleton(request, "widget", _("Relationship"))


@require_safe
@for_staff
def content(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """What is known about the account of `customerId`. The token does not vouch for that id: the permission does."""
    host = conf.host()
    account = _account(request.GET.get("customerId", ""))
    now = host.now()
    with host.writing():
        person = profiles.of_accounts([account]).get(account) if account else None
        if person is None:
            return answer("card/unknown.html", {})
        return answer("card/card.html", _shown(person, now))


def _shown(person: Relationship, now: datetime) -> dict[str, Any]:
    (asked,) = fits.asked([person], now)
    forecast = asked.rhythms.get(person.id)
    purchases = profiles.recent_purchases([person.id], now).get(person.id, [])
    spent = money.per_currency([person.id]).get(person.id, [])
    basis = may_write.of([person.id], now).get(person.id)
    waiting = (
        FeedbackCase.objects.filter(profile=person.id, state__in=("open", "seen")).order_by("due_at").first()
    )
    offers = wallet.wallets([person.id], now).get(person.id, ())
    standing = advice.Standing(
        person=person, offers=offers, wishes=preferences.holding(preferences.of(person.id), now),
        forecast=None if person.no_profiling else forecast, basis=basis,
        plan=list(person_plan.of([person.id], now).get(person.id, [])),
        answer_due=waiting.due_at if waiting else None,
        excluded=person.id in exclusions.excluded([person.id], now),
    )  # fmt: skip
    return {
        "how": advice.how(standing, now),
        "what": advice.what(standing, now),
        "root": reverse("dashboard-root"),
        "person": person,
        "cause": words.cause(person.cause),
        "forecast": forecast,
        "belief": {belief.name.value: belief for _, belief in beliefs.read(asked)},
        "why": reasons.read([(person, Name.ORDER_90)], asked)[person.id, Name.ORDER_90],
        "late": person.stage in ("slipping", "lapsed", "lost"),
        "from": _from(forecast, now),
        "news": habits.news(habits.of([person.id]).get(person.id, []), now),
        "spent": spent if len(spent) > 1 else [],
        "reported": money.reported(policy.current(now), spent),
        "timeline": timeline.drawn(purchases, forecast, now, of=person.purchases),
        "offers": offers,
        "basis": basis,
    }


def _from(forecast: RhythmForecast | None, now: datetime) -> datetime | None:
    """When the window of the next order begins; None once it has begun."""
    return forecast.earliest if forecast and forecast.earliest > now + timedelta(days=1) else None


def _account(given: str) -> str | None:
    try:
        kind, reference = Node.from_global_id(given)
    except (ValueError, TypeError):
        return None
    return reference if kind == "User" else None
