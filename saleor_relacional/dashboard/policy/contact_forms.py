"""How often and at which hours the shop writes: the contact policy, as forms."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from saleor_relacional.dashboard.fields import Field, Typed, whole
from saleor_relacional.dashboard.policy.fields import Form
from saleor_relacional.errors import BadInput
from saleor_relacional.flows.contact import contact_policy
from saleor_relacional.rules.contact.policy import ContactPolicy

NAMES = {
    "per_week": "perWeek", "per_month": "perMonth", "between_acts": "betweenActs", "gap_days": "gapDays",
    "gap_most_days": "gapMostDays", "silence_days": "silenceDays", "partial_return_days": "partialReturnDays",
    "quiet_from": "quietFrom", "quiet_to": "quietTo", "preferred_from": "preferredFrom", "preferred_to": "preferredTo",
}  # fmt: skip
"""Name of the flow's → of the field; the flow names either when it refuses."""
FIELDS = {**NAMES, **{field: field for field in NAMES.values()}, "holidays": "holidays"}


def _decide(now: datetime, **told: Any) -> None:
    """Raises BadInput with the field as the form names it."""
    try:
        contact_policy.decide(now=now, **told)
    except BadInput as error:
        raise BadInput(
            error.message, code=error.code, field=FIELDS.get(error.field or "", error.field)
        ) from error


def budget() -> Form:
    """Caps, gaps and silence."""
    holds = contact_policy.current()
    told = {
        "per_week": (_("Messages in any 7 days"), _("Commercial ones, to one person, of all campaigns together.")),
        "per_month": (_("Messages in any 30 days"), ""),
        "between_acts": (_("Messages without an answer"),
                         _("After so many without a purchase or any other act of theirs only service goes on.")),
        "gap_days": (_("Days of rest after a delivery"), _("Nothing is sold to somebody who waits for their order.")),
        "gap_most_days": (_("Days that an order which is not sent yet holds selling back"), _("At most.")),
        "silence_days": (_("Days of silence after a disappointment"), _("A complaint or a bad rating; less once you"
                                                                       " have said sorry.")),
        "partial_return_days": (_("Days of silence after a part was given back"), ""),
    }  # fmt: skip

    def save(typed: Typed, now: datetime, _who: str) -> None:
        _decide(now, **{name: whole(typed.get(NAMES[name], ""), field=NAMES[name]) for name in told})

    return Form(
        code="budget", title=_("How often we write to one person"), decided=_caps(holds),
        lead=_("Customers may ask for less on their page. The stricter of the two holds."),
        fields=tuple(
            Field(name=NAMES[name], label=label, hint=hint, kind="number", value=str(getattr(holds, name)))
            for name, (label, hint) in told.items()
        ),
        save=save,
    )  # fmt: skip


def _caps(holds: ContactPolicy) -> str:
    return _("%(week)s in 7 days, %(month)s in 30") % {"week": holds.per_week, "month": holds.per_month}


def hours() -> Form:
    """Quiet and preferred hours, weekends, holidays."""
    holds = contact_policy.current()
    clock = {name: f"{getattr(holds, name):%H:%M}" for name in contact_policy.HOURS}
    labels = {
        "quiet_from": _("Quiet from"), "quiet_to": _("Quiet until"), "preferred_from": _("Best from"),
        "preferred_to": _("Best until"),
    }  # fmt: skip
    hints = {
        "quiet_to": _("On the clock of whoever gets the mail. Equal times: no quiet hours."),
        "preferred_to": _("Equal times: any hour that is not quiet."),
    }
    days = "\n".join(sorted(day.isoformat() for day in holds.holidays))

    def save(typed: Typed, now: datetime, _who: str) -> None:
        _decide(
            now, weekends=typed.get("weekends") == "on", holidays=typed.get("holidays", "").split(),
            **{name: typed.get(NAMES[name], "").strip()[:5] for name in clock},
        )  # fmt: skip

    return Form(
        code="hours", title=_("At which hours mails leave"),
        decided=_("quiet from %(from)s to %(to)s") % {"from": clock["quiet_from"], "to": clock["quiet_to"]}
        if holds.quiet_from != holds.quiet_to else _("at any hour"),
        fields=(
            *(Field(name=NAMES[name], label=labels[name], kind="time", value=clock[name], hint=hints.get(name, ""))
              for name in clock),
            Field(name="weekends", label=_("Also on Saturdays and Sundays"), kind="tick",
                  value="on" if holds.weekends else ""),
            Field(name="holidays", label=_("Days on which nothing leaves"), kind="words", value=days,
                  hint=_("One per line, such as 2027-12-25.")),
        ),
        save=save,
    )  # fmt: skip
