"""Orders that tell tax and costs, as a host tells them, and what margins of them are read."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.evidence import margin, outcomes
from saleor_relacional.flows.ingest import record
from saleor_relacional.hosts.facts import LineFact, OrderFact, RefundFact
from saleor_relacional.models import Enrolment, Profile, Rung, StaffTask, Touch
from tests.support import tell
from tests.support.instants import DAY, NOON

EMAIL = "ana@shop.example"
_numbers = count(1)


def line(
    net: str, *, full: str | None = None, tax: str = "0.21", key: str = "tea", cost: str | None = None, **more: Any
) -> LineFact:  # fmt: skip
    """One line. `net` is after discounts, `full` before them, both without tax; `cost` is that of one unit."""
    return LineFact(**{
        "product_key": key, "name": key, "quantity": 1, "total": _cents(Decimal(net) * (1 + Decimal(tax))),
        "net": Decimal(net), "list_net": Decimal(full or net), "cost": None if cost is None else Decimal(cost), **more,
    })  # fmt: skip


def sale(
    *lines: LineFact, shipping: str | None = None, shipping_full: str | None = None, back: tuple[str, ...] = (),
    at: datetime = NOON, **more: Any,
) -> OrderFact:  # fmt: skip
    """Ana's order of these lines; `shipping` net as well, taxed at 21 %; `back`: amounts given back the day after."""
    sent = Decimal(shipping or 0)
    reference = more.pop("reference", f"sale-{next(_numbers)}")
    refunds = tuple(
        RefundFact(
            source=tell.SOURCE, reference=f"{reference}-{n}", order=reference, amount=Decimal(amount),
            currency=more.get("currency", "EUR"), happened_at=at + DAY,
        )
        for n, amount in enumerate(back)
    )  # fmt: skip
    fact = tell.order(
        reference, EMAIL, total=str(sum((one.total for one in lines), _cents(sent * Decimal("1.21")))), lines=lines,
        net=sum((one.net for one in lines if one.net), sent),
        shipping_net=None if shipping is None else sent,
        shipping_list_net=None if shipping is None else Decimal(shipping_full or shipping),
        placed_at=at, changed_at=at, refunds=refunds,
    )  # fmt: skip
    return replace(fact, **more)


def tell_all(*facts: OrderFact, now: datetime = NOON, email: str = EMAIL) -> Profile:
    """Record these orders; whose they are."""
    record.record(facts, now=now)
    return Profile.objects.get(email_key=email)


def starts(
    profile: Profile, *, at: datetime = NOON, days: int = 30, currency: str = "EUR", arm: str = "treated"
) -> Enrolment:
    """The person starts in a campaign of their own; their window runs so many days."""
    campaign = campaigns.create(name=f"Campaign {next(_numbers)}", now=at, terms=campaigns.Terms())
    return Enrolment.objects.create(
        campaign=campaign, version=campaigns.current(campaign), profile=profile, cycle="", arm=arm, state="started",
        stage="lapsed", currency=currency, considered_at=at, started_at=at, window_ends_at=at + timedelta(days=days),
    )  # fmt: skip


def sent(enrolment: Enrolment, at: datetime, state: str = "sent") -> None:
    """A message of the enrolment's first step came to its end."""
    Touch.objects.create(
        enrolment=enrolment, profile=enrolment.profile, step=enrolment.version.steps.earliest("pk"), state=state,
        due_at=at, expires_at=at, created_at=at, ended_at=at,
    )  # fmt: skip


def given(
    enrolment: Enrolment, kind: str, at: datetime, cost: dict[str, str] | None = None, state: str = ""
) -> Rung:  # fmt: skip
    """Something without a code was given by the enrolment's first step: a task of staff that appeared, or early access
    whose message left. `state`: of the task, or of the message."""
    step = enrolment.version.steps.earliest("pk")
    rung = Rung.objects.create(
        step=step, number=10 + next(_numbers), kind=kind, terms={"cost": cost} if cost else {}
    )
    if kind == "early_access":
        sent(enrolment, at, state or "sent")
        Touch.objects.filter(enrolment=enrolment, step=step).update(rung=rung)
        return rung
    StaffTask.objects.create(
        profile=enrolment.profile, enrolment=enrolment, rung=rung, kind=kind, state=state or "open", made_at=at,
        due_at=at, ended_at=at if state in ("done", "stopped") else None,
    )  # fmt: skip
    return rung


def margin_of(enrolment: Enrolment, now: datetime = NOON + 31 * DAY) -> dict[str, Decimal | None]:
    """What margin tells of an enrolment, by name."""
    names = ("margin", *margin.PARTS)
    found = sql.rows(
        f"SELECT {', '.join(f'told.{name}' for name in names)} FROM {tables.ENROLMENT} e CROSS JOIN {outcomes.TERMS}"
        f" CROSS JOIN LATERAL ({margin.margin('e', now='%(now)s')}) told WHERE e.id = %(id)s",
        {"now": now, "id": enrolment.pk},
    )
    return dict(zip(names, found[0], strict=True))


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"))
