"""What the shop's own customer list may filter by: the form, where the host can or where it is still switched on."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from saleor_relacional.dashboard.fields import Field, Typed
from saleor_relacional.dashboard.policy.fields import Form
from saleor_relacional.errors import BadInput
from saleor_relacional.flows.attributes import choice
from saleor_relacional.flows.segments import segments


def all_forms() -> list[Form]:
    """One, or none where the host has no such list. Where it had one when this was switched on, one switches it off."""
    return [_chosen()] if choice.possible() or choice.current().active else []


def _chosen() -> Form:
    held = choice.current()
    known = [(str(one.public_id), one.name) for one in segments.all_known()]
    return Form(
        code="attributes", title=_("Filters of the shop's own customer list"),
        decided=_("in use") if held.active else _("switched off"),
        lead=_(
            "How customers stand is written to the shop's own list, as attributes that only staff see, so that it can"
            " be filtered by them. They go when somebody objects to profiling or is forgotten, and all of them when you"
            " switch this off."
        ),
        fields=(
            Field(name="active", label=_("Write them"), kind="tick", value="on" if held.active else ""),
            Field(name="stage", label=_("Stage"), kind="tick", value="on" if held.stage else ""),
            Field(name="segments", label=_("Segments"), kind="ticks", value=",".join(held.segments), options=known,
                  hint=_("At most %(most)s.") % {"most": choice.MOST_SEGMENTS}),
            Field(name="valueBands", label=_("Bands of what the coming year is expected to bring"),
                  value=", ".join(map(str, held.value_bands)),
                  hint=_("Where one band ends and the next begins, such as 50, 200, 1000. Empty: none.")),
            Field(name="currency", label=_("Currency"), value=held.currency, hint=_("Three letters, such as EUR.")),
        ),
        save=_save,
    )  # fmt: skip


def _save(typed: Typed, now: datetime, _who: str) -> None:
    choice.decide(
        now=now, active=bool(typed.get("active")), stage=bool(typed.get("stage")),
        segments=_segments(typed.get("segments", "")), value_bands=_bands(typed.get("valueBands", "")),
        currency=typed.get("currency", "").strip().upper(),
    )  # fmt: skip


def _segments(typed: str) -> list[UUID]:
    try:
        return [UUID(one) for one in typed.split(",") if one]
    except ValueError as error:
        raise BadInput(_("There is no such segment."), code="NOT_FOUND", field="segments") from error


def _bands(typed: str) -> list[int]:
    try:
        return [int(one) for one in typed.replace(";", ",").split(",") if one.strip()]
    except ValueError as error:
        raise BadInput(_("Give whole amounts of 1 or more."), field="valueBands") from error
