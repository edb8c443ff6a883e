"""Every form of the policy, with what holds now. Each calls the flow that the API calls."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from babel.dates import get_day_names
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.dashboard import filters, numbers
from saleor_relacional.dashboard.checklist import forms as checklist
from saleor_relacional.dashboard.fields import Field, Typed, whole
from saleor_relacional.dashboard.filters import locale
from saleor_relacional.dashboard.policy import attribute_forms, consent_forms, contact_forms, look_forms
from saleor_relacional.dashboard.policy.fields import Form
from saleor_relacional.flows import policy
from saleor_relacional.flows.sending.mail_server import providers
from saleor_relacional.flows.shop_control import periods
from saleor_relacional.models import Policy


def grouped(now: datetime) -> dict[str, list[Form]]:
    """Group → its forms, in the order in which they are read."""
    decided = policy.current(now)
    shared = [_of_checklist(form) for form in checklist.all_forms(now)]
    by_code = {code: [form for form in shared if form.code == code] for code in checklist.CODES}
    return {
        "contact": [contact_forms.budget(), contact_forms.hours(), *by_code["capacity"], _answering(decided)],
        "senders": [
            *by_code["sender"],
            *look_forms.all_forms(),
            _mail_server(now),
            *by_code["storefront_url"],
        ],
        "consent": [*by_code["basis"], *consent_forms.all_forms(), _shop_control(decided)],
        "money": [_budget(decided), *by_code["reporting_currency"], *by_code["time_zone"]],
        "list": attribute_forms.all_forms(),
    }


def every(now: datetime) -> Iterator[Form]:
    """All of them."""
    for forms in grouped(now).values():
        yield from forms


def _of_checklist(form: checklist.Form) -> Form:
    """A form of the checklist: the same here, with the version of what holds."""

    def save(typed: Typed, now: datetime, who: str) -> None:
        checklist.save(form.code, form.about, typed, now, who=who)

    return Form(
        code=form.code,
        about=form.about,
        title=form.title,
        decided=form.decided,
        fields=form.fields,
        save=save,
    )


def _answering(decided: Policy) -> Form:
    names = get_day_names("wide", locale=locale())
    days = [(str(number), names[number - 1]) for number in range(1, 8)]
    open_on = ",".join(map(str, decided.opening_days))

    def save(typed: Typed, now: datetime, _who: str) -> None:
        policy.decide(
            now=now, answer_hours=whole(typed.get("answerHours", ""), field="answerHours"),
            opening_days=[int(one) for one in typed.get("openingDays", "").split(",") if one.isdecimal()],
        )  # fmt: skip

    return Form(
        code="answering", title=_("By when you answer customers"),
        decided=_("within %(hours)s hours") % {"hours": decided.answer_hours},
        fields=(
            Field(name="answerHours", label=_("Hours"), kind="number", value=str(decided.answer_hours),
                  hint=_("From the moment they tell you something, counted on the days below.")),
            Field(name="openingDays", label=_("Days on which somebody answers"), kind="ticks", value=open_on,
                  options=days, hint=_("None ticked: all of them.")),
        ),
        save=save,
    )  # fmt: skip


def _mail_server(now: datetime) -> Form:
    provider = providers.current(now)
    values = {
        "perSecond": provider.per_second, "perDay": provider.per_day, "warmUpFrom": provider.warm_up_from,
    }  # fmt: skip
    shown = {
        name: "" if value is None else numbers.shown(Decimal(str(value))) for name, value in values.items()
    }
    per_day = "" if provider.per_day is None else filters.number(provider.per_day)

    def save(typed: Typed, at: datetime, _who: str) -> None:
        told = typed.get("perSecond", "").strip()
        per_second = float(numbers.number(told, field="perSecond")) if told else None
        providers.decide(
            now=at, per_second=per_second, per_day=_optional(typed, "perDay"),
            warm_up_from=_optional(typed, "warmUpFrom"),
        )  # fmt: skip

    return Form(
        code="mail_server", title=_("How fast mails may leave"),
        decided=_("%(number)s per day at most") % {"number": per_day} if per_day
        else _("as fast as the mail server takes them"),
        fields=(
            Field(name="perSecond", label=_("Mails per second at most"), value=shown["perSecond"],
                  hint=_("Empty: no limit.")),
            Field(name="perDay", label=_("Mails per day at most"), kind="number", value=shown["perDay"],
                  hint=_("Of all kinds, service messages included. Empty: no limit.")),
            Field(name="warmUpFrom", label=_("Mails on the first day of a new address"), kind="number",
                  value=shown["warmUpFrom"], hint=_("Twice as many on each day after it. Empty: no warming up.")),
        ),
        save=save,
    )  # fmt: skip


def _shop_control(decided: Policy) -> Form:
    share = numbers.shown(Decimal(decided.shop_control_share) * 100)

    def save(typed: Typed, now: datetime, _who: str) -> None:
        periods.decide(numbers.number(typed.get("share", "") or "0", field="share") / 100, now=now)

    return Form(
        code="shop_control", title=_("Customers who hear nothing commercial, to measure what all of it brings"),
        decided=_("%(share)s in 100") % {"share": share} if decided.shop_control_share else _("nobody"),
        lead=_("They are drawn by lot, anew each year. What they buy is compared with what everybody else buys."),
        fields=(
            Field(name="share", label=_("Of 100 customers"), value=share, hint=_("From 0 to 20. 0: nobody.")),
        ),
        save=save,
    )  # fmt: skip


def _budget(decided: Policy) -> Form:
    amount = "" if decided.month_budget is None else f"{decided.month_budget:.2f}"

    def save(typed: Typed, now: datetime, _who: str) -> None:
        told = typed.get("monthBudget", "").strip()
        if told:
            policy.decide(
                now=now, month_budget=numbers.amount(told, field="monthBudget"),
                budget_currency=typed.get("budgetCurrency", "").strip().upper() or None,
            )  # fmt: skip
        else:
            policy.decide(now=now, budget_currency="")

    return Form(
        code="month_budget", title=_("What offers may cost per month"),
        decided=f"{amount} {decided.budget_currency}" if amount else _("no limit for the shop as a whole"),
        fields=(
            Field(name="monthBudget", label=_("Amount per month"), value=amount,
                  hint=_("What the codes of all campaigns may take off. Empty: no limit.")),
            Field(name="budgetCurrency", label=_("Currency"), value=decided.budget_currency,
                  hint=_("Three letters, such as EUR.")),
        ),
        save=save,
    )  # fmt: skip


def _optional(typed: Typed, field: str) -> int | None:
    text = typed.get(field, "").strip()
    return whole(text, field=field) if text else None


def of(code: str, about: str, now: datetime) -> Form | None:
    """The form of this code, of this channel where there is one per channel."""
    return next((form for form in every(now) if (form.code, form.about) == (code, about)), None)


def channel_name(slug: str) -> str:
    """How the shop calls a channel."""
    return next((one.name for one in conf.host().channels() if one.slug == slug), slug)
