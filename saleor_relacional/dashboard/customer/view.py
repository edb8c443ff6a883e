"""One customer's page."""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from graphene.relay import Node

from saleor_relacional import conf
from saleor_relacional.dashboard import desk, languages, may_write
from saleor_relacional.dashboard.card import advice
from saleor_relacional.dashboard.card import timeline as drawing
from saleor_relacional.dashboard.customer import corrections, happened, meanwhile, noted, said
from saleor_relacional.dashboard.customer import wishes as wish_form
from saleor_relacional.dashboard.customer.tried import Tried
from saleor_relacional.dashboard.fields import CONFLICT, uuid_of
from saleor_relacional.dashboard.inbox.inbox_words import moment
from saleor_relacional.flows.consent import links, statements
from saleor_relacional.flows.contact import exclusions
from saleor_relacional.flows.feedback import cases, told
from saleor_relacional.flows.incentives import wallet
from saleor_relacional.flows.ledger import erase
from saleor_relacional.flows.preferences import preferences
from saleor_relacional.flows.profiles import profiles
from saleor_relacional.flows.profiles.beliefs import beliefs, fits, reasons
from saleor_relacional.flows.profiles.beliefs.named import Asked, Name
from saleor_relacional.flows.profiles.profiles import Relationship
from saleor_relacional.flows.segments import membership, segments
from saleor_relacional.flows.sending import person_plan
from saleor_relacional.hosts.base import Caller
from saleor_relacional.models import ContactKind, Exclusion, FeedbackCase, Profile


@desk.page
def content(request: HttpRequest, person: UUID, *, caller: Caller) -> HttpResponse:
    """Everything about one customer; of what happened the latest, or what happened before that which `before` names."""
    return page(person, caller, before=request.GET.get("before", ""))


def page(
    public_id: UUID,
    caller: Caller,
    *,
    saved: str = "",
    tried: Tried | None = None,
    asks_to_forget: bool = False,
    before: str = "",
    place: str = "",
) -> HttpResponse:
    """The page, after a change or without one. Somebody who was merged is shown as who they are now."""
    profile, now = links.profile_of(public_id), conf.host().now()
    known = profiles.of_ids([profile.pk]).get(profile.pk) if profile else None
    if profile is None or known is None:
        return desk.show("customer/gone.html", {}, caller=caller, section="customers", status=404)
    values = {
        **_shown(profile, known, now),
        **noted.read(known.id, caller),
        **corrections.read(profile, caller),
        "case": _case(profile, tried),
        **happened.read(known.id, before, now),
        "saved": saved,
        "tried": tried,
        "at": tried.error.field if tried and tried.form == "wishes" else "",
        "wrong": tried.error.message if tried else "",
        "typed": tried.typed if tried else {},
        "asks_to_forget": asks_to_forget,
        "remains": erase.remains_for_staff() if asks_to_forget else [],
    }
    typed = tried.typed if tried and tried.form == "wishes" else None
    values["fields"] = wish_form.fields(values["wishes"], typed, conf.time_zone())
    conflict = tried if tried and tried.error.code == CONFLICT else None
    values["meanwhile"] = meanwhile.said(conflict, values["wishes"], values["exclusion"]) if conflict else []
    status = 200 if tried is None else 409 if conflict else 422
    return desk.show(
        "customer/customer.html", values, caller=caller, section="customers", status=status, place=place
    )


def _case(profile: Profile, tried: Tried | None) -> dict[str, Any] | None:
    """The case that waits for an answer; or that which was being answered when somebody else did, with what they wrote:
    what was typed is still wanted."""
    rows = FeedbackCase.objects.filter(profile=profile)
    if tried is not None and tried.form == "case":
        wanted = uuid_of(tried.typed.get("case", ""))
        rows = rows.filter(public_id=wanted) if wanted else rows.none()
    else:
        rows = rows.filter(state__in=cases.WAITING)
    found = rows.order_by("due_at").first()
    known = cases.of_public_id(found.public_id) if found else None
    return {"one": known, "seen": cases.version(known), "said": told.within(known)[:SAID]} if known else None


def version(profile: Profile) -> str:
    """Changes whenever the wishes or the exclusion of somebody do: two who edit at once are told by it."""
    wishes = preferences.of(profile.pk)
    kept = sorted(Exclusion.objects.filter(profile=profile).values_list("public_id", flat=True))
    return hashlib.sha256(repr((wishes, kept)).encode()).hexdigest()[:16]


def _shown(profile: Profile, person: Relationship, now: datetime) -> dict[str, Any]:
    (asked,) = fits.asked([person], now)
    forecast = None if person.no_profiling else asked.rhythms.get(person.id)
    plan = list(person_plan.of([person.id], now).get(person.id, []))
    basis = may_write.of([person.id], now).get(person.id)
    kept = Exclusion.objects.filter(profile=profile).first()
    waiting = (
        FeedbackCase.objects.filter(profile=profile, state__in=("open", "seen")).order_by("due_at").first()
    )
    wishes = preferences.holding(preferences.of(person.id), now)
    offers = wallet.wallet(profile, now)
    standing = advice.Standing(
        person=person, forecast=forecast, plan=plan, basis=basis, offers=offers, wishes=wishes,
        answer_due=waiting.due_at if waiting else None,
        excluded=bool(kept) or person.id in exclusions.excluded([person.id], now),
    )  # fmt: skip
    purchases = profiles.recent_purchases([person.id], now).get(person.id, [])
    return {
        "person": person,
        "user": Node.to_global_id("User", person.account) if person.account else "",
        "how": advice.how(standing, now),
        "what": advice.what(standing, now),
        "timeline": drawing.drawn(purchases, forecast, now, of=person.purchases),
        "forecast": forecast,
        "coming": [(one, said.state(one)) for one in person_plan.coming(plan)],
        "past": [(one, said.state(one)) for one in plan if one.over],
        "offers": offers,
        "basis": basis,
        "statements": [
            {
                "at": moment(one.happened_at),
                "about": said.purpose(one.purpose),
                "what": said.statement(one.basis),
                "where": said.consent_source(one.source),
                "text": one.text,
                "language": languages.name(one.language) if one.language else "",
            }
            for one in statements.of_ids([person.id], most=STATEMENTS).get(person.id, [])
        ],
        "segments": membership.segments_of([person.id], segments.all_known(), now=now).get(person.id, []),
        "wishes": wishes,
        "exclusion": kept,
        "excluded": standing.excluded,
        "waiting": waiting,
        "kinds": [(kind, said.contact(kind, 0)) for kind in ContactKind if kind not in NOT_NOTED],
        "version": version(profile),
        **_believed(person, asked),
    }


SAID = 3
"""The latest that a customer told within the case that waits; its page has all of it."""
STATEMENTS = 500
"""Of one person that are shown as proof: more than anybody makes."""
NOT_NOTED = (ContactKind.MESSAGE, ContactKind.RATING)
"""What the form of a contact does not offer: campaigns book messages, stars are given on a page."""


def _believed(person: Relationship, asked: Asked) -> dict[str, Any]:
    """Beliefs with what surrounds them: nothing of whoever objects to profiling."""
    found = {one.name: one for _id, one in beliefs.read(asked)}
    return {
        "beliefs": [
            (
                said.belief(name),
                said.value(one, one.value),
                said.value(one, one.low),
                said.value(one, one.high),
                one,
            )
            for name in said.BELIEFS
            if (one := found.get(name))
        ],
        "order_value": found.get(Name.ORDER_VALUE),
        "year_value": found.get(Name.YEAR_VALUE),
        "order_90": found.get(Name.ORDER_90),
        "why": reasons.read([(person, Name.ORDER_90)], asked).get((person.id, Name.ORDER_90), []),
    }
