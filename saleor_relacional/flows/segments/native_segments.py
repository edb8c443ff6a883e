"""The segments that come with us: rules in code, so that a new version can better them and no copy grows old."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

NAMESPACE = UUID("8c1f6f0e-4a35-4c6b-9a57-52c7a1f0c2d1")
OURS_STILL = ["new", "active", "loyal", "recovered"]
"""Stages whose people are in their rhythm."""
GONE = ["lapsed", "lost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Native:
    """A segment that we ship."""

    key: str
    rule: dict[str, Any]

    @property
    def public_id(self) -> UUID:
        """Our id of it, the same in every shop."""
        return uuid5(NAMESPACE, self.key)


def _is(field: str, operator: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value, **more}


NATIVE = (
    Native(key="first_timers", rule=_is("stage", "is", "new")),
    Native(key="loyal", rule=_is("stage", "is", "loyal")),
    Native(
        key="about_to_slip",
        rule={"all": [
            _is("stage", "one_of", OURS_STILL),
            _is("slips_at", "between", [{"days_ago": 1}, {"days_ahead": 7}]),
        ]},
    ),
    Native(key="slipping", rule=_is("stage", "is", "slipping")),
    Native(
        key="best_and_slipping",
        rule={"all": [_is("stage", "is", "slipping"), _is("purchase_days", "at_least", 4)]},
    ),
    Native(key="recovered", rule=_is("stage", "is", "recovered")),
    Native(
        key="regulars_gone",
        rule={"all": [_is("stage", "one_of", GONE), _is("purchase_days", "at_least", 4)]},
    ),
    Native(
        key="once_and_gone",
        rule={"all": [_is("stage", "one_of", GONE), _is("purchase_days", "is", 1)]},
    ),
    Native(key="never_bought", rule=_is("stage", "is", "prospect")),
    Native(
        key="returning_guests",
        rule={"all": [_is("account", "is", False), _is("purchase_days", "at_least", 2)]},
    ),
    Native(
        key="buyers_without_consent",
        rule={"all": [_is("purchases", "at_least", 1), _is("consent", "is", "none")]},
    ),
)  # fmt: skip
"""Shown in this order. A regular has four purchase days or more, as in the table of stages."""
