"""What stood in a field of a campaign and what stands in it now, as people say it: names, not keys."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from babel.numbers import format_decimal
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.dashboard import filters, words
from saleor_relacional.dashboard.campaigns import choices
from saleor_relacional.flows.campaigns.campaign.rung_goods import LISTS

_PLACE = re.compile(r"\[\d+\]")


@dataclass(kw_only=True)
class Values:
    """Reads what it names once per answer."""

    _goods: dict[tuple[str, str], str] = field(default_factory=dict)

    def said(self, name: str, kept: str) -> str:
        """Of the field of this name, as the history spells it: steps[0].rungs[1].value."""
        last = _PLACE.sub("", name).rpartition(".")[2]
        if not kept:
            return ""
        if last in LISTS:
            return ", ".join(self._good(last, one) for one in kept.split(", "))
        say = self._says.get(last)
        return say(kept) if say else kept

    @cached_property
    def _says(self) -> Mapping[str, Callable[[str], str]]:
        """By the last part of a field's name; the others are texts and whole numbers."""
        return {
            "segment": lambda kept: self._segments.get(kept, _("a segment that is gone")),
            "stages": lambda kept: ", ".join(words.stage(one) for one in kept.split(", ")),
            "channels": lambda kept: _each(kept, {one.slug: one.name for one in conf.host().channels()}),
            "languages": lambda kept: ", ".join(choices.language(one) for one in kept.split(", ")),
            "topic": lambda kept: _each(kept, dict(choices.topics())),
            "objective": lambda kept: _each(kept, dict(choices.objectives())),
            "message": choices.message,
            "kind": lambda kept: _each(kept, dict(choices.rungs())),
            "controlShare": lambda kept: f"{_number(100 * Decimal(kept))} %",
            "value": lambda kept: f"{_number(Decimal(kept))} %",
            **dict.fromkeys(("amount", "monthBudget", "waitRhythms"), lambda kept: _number(Decimal(kept))),
            **dict.fromkeys(("startsOn", "endsOn"), lambda kept: filters.day(date.fromisoformat(kept))),
            **dict.fromkeys(("learning", "weekends", "oncePerOrder"), _yes_or_no),
        }  # fmt: skip

    @cached_property
    def _segments(self) -> Mapping[str, str]:
        return dict(choices.segments())

    def _good(self, name: str, reference: str) -> str:
        if (name, reference) not in self._goods:
            known = conf.host().goods(LISTS[name], [reference], channels=())
            self._goods[name, reference] = known[reference].name if reference in known else reference
        return self._goods[name, reference]


def _each(kept: str, names: Mapping[str, str]) -> str:
    return ", ".join(names.get(one, one) for one in kept.split(", "))


def _yes_or_no(kept: str) -> str:
    return _("Yes") if kept == "True" else _("No")


def _number(value: Decimal) -> str:
    return str(format_decimal(value, locale=filters.locale()))
