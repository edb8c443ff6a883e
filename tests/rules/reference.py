"""What a rule means, told a second time in plain Python about one person: the reference that the SQL is compared with.
It reads the rule as it was written and shares no code with saleor_relacional.rules."""

import math
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import NormalDist
from typing import Any
from zoneinfo import ZoneInfo


@dataclass(kw_only=True)
class Bought:
    """A purchase."""

    at: datetime
    sold: Decimal
    currency: str
    channel: str
    products: list[str]
    counts: bool = True
    refunded: bool = False


@dataclass(kw_only=True)
class Person:
    """Columns by the names that rules give them, and lists of facts."""

    values: dict[str, Any]
    currency: str
    bought: list[Bought] = field(default_factory=list)
    mails: list[datetime] = field(default_factory=list)
    campaigns: list[tuple[str, datetime]] = field(default_factory=list)
    labels: list[tuple[str, datetime]] = field(default_factory=list)
    """Those that nobody has removed."""
    habits: list[tuple[str, datetime]] = field(default_factory=list)
    """What changed, and when we came to know."""
    said: list[tuple[str, datetime]] = field(default_factory=list)
    """Consent statements, oldest first."""
    account: bool = False
    basket: bool = False
    declared: bool = False


@dataclass(frozen=True, kw_only=True)
class World:
    """When and where it is asked."""

    now: datetime
    zone: ZoneInfo
    soft: bool


MONEY = {"sold", "refunded", "kept", "order_value", "year_value"}
SETS = {"product", "purchase_channel", "purchase_currency", "campaign", "label", "habit_shift"}


def holds(rule: dict[str, Any], person: Person, world: World) -> bool:
    """Whether they belong."""
    if "all" in rule:
        return all(holds(each, person, world) for each in rule["all"])
    if "any" in rule:
        return any(holds(each, person, world) for each in rule["any"])
    if "not" in rule:
        return not holds(rule["not"], person, world)
    return _condition(rule, person, world)


def _condition(rule: dict[str, Any], person: Person, world: World) -> bool:
    name, operator, wanted = rule["field"], rule["operator"], rule.get("value")
    if name in SETS:
        found = _set(rule, person, world)
        if operator == "any_of":
            return bool(found & set(wanted))
        return set(wanted) <= found if operator == "all_of" else not found & set(wanted)
    value = _value(rule, person, world)
    if name == "email" and wanted is not None:  # an e-mail key: trimmed and lower-cased, nothing else
        wanted = (
            [each.strip().lower() for each in wanted] if isinstance(wanted, list) else wanted.strip().lower()
        )
    value = None if value == "" else value  # an empty text says nothing
    if operator in ("known", "unknown"):
        return (value is not None) is (operator == "known")
    if value is None:
        return False
    if isinstance(value, datetime):
        return _placed(value, operator, _list(wanted), world)
    if isinstance(value, date):
        ends = _earlier_first(wanted) if operator == "between" else _list(wanted)
        return _timed(value, operator, [_day(each, world) for each in ends])
    if isinstance(value, bool):
        return value is wanted
    if isinstance(value, str):
        return _text(value, operator, wanted)
    return _number(value, operator, [Decimal(str(each)) for each in _list(wanted)])


def _value(rule: dict[str, Any], person: Person, world: World) -> Any:
    name = rule["field"]
    windowed = "since" in rule or "until" in rule
    if name == "mails":
        return Decimal(sum(_within(at, rule, world) for at in person.mails))
    if name == "refunds":
        return Decimal(
            sum(each.refunded and each.counts and _within(each.at, rule, world) for each in person.bought)
        )
    if name in ("purchases", "sold") and windowed:
        counted = [each for each in person.bought if each.counts and _within(each.at, rule, world)]
        if name == "purchases":
            return Decimal(len(counted))
        return sum((each.sold for each in counted if each.currency == rule["currency"]), Decimal(0))
    if name in MONEY and rule["currency"] != person.currency:
        return None
    if name == "consent":
        return _basis(person, world)
    if name in ("account", "open_basket", "declared"):
        return {"account": person.account, "open_basket": person.basket, "declared": person.declared}[name]
    if name == "overdue":
        return _overdue(person, world)
    if name == "idle_days":
        last = person.values["last_at"]
        return None if last is None else Decimal((world.now - last) / timedelta(days=1))
    value = person.values[name]
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _overdue(person: Person, world: World) -> Decimal | None:
    last, typical = person.values["last_at"], person.values["typical_days"]
    if last is None or typical is None:
        return None
    idle = max((world.now - last) / timedelta(days=1), 1e-9)
    return Decimal(NormalDist(math.log(typical), person.values["spread"]).cdf(math.log(idle)))


def _basis(person: Person, world: World) -> str:
    known = [(basis, at) for basis, at in person.said if at <= world.now]
    if any(basis == "opt_out" for basis, _ in known):
        known = [(basis, at) for basis, at in known if basis not in ("stated", "soft_opt_in")]
    known.sort(key=lambda each: each[1])
    latest = known[-1][0] if known else "soft_opt_in"
    if latest != "soft_opt_in":
        return latest
    return "soft_opt_in" if world.soft and person.values["purchases"] > 0 else "none"


def _set(rule: dict[str, Any], person: Person, world: World) -> set[str]:
    if rule["field"] == "campaign":
        return {name for name, at in person.campaigns if _within(at, rule, world)}
    if rule["field"] == "label":
        return {name for name, at in person.labels if _within(at, rule, world)}
    if rule["field"] == "habit_shift":
        return {what for what, at in person.habits if _within(at, rule, world)}
    counted = [each for each in person.bought if each.counts and _within(each.at, rule, world)]
    if rule["field"] == "product":
        return {product for each in counted for product in each.products}
    return {each.channel if rule["field"] == "purchase_channel" else each.currency for each in counted}


def _within(at: datetime, rule: dict[str, Any], world: World) -> bool:
    since, until = rule.get("since"), rule.get("until")
    if since and until:
        since, until = _earlier_first([since, until])
    return not (since and _side(at, since, world) < 0) and not (until and _side(at, until, world) > 0)


def _earlier_first(ends: list[Any]) -> list[Any]:
    """Two of one sort, however they were said; of two sorts as they were said."""
    if all(isinstance(end, dict) for end in ends):
        return sorted(ends, key=lambda end: end.get("days_ahead", 0) - end.get("days_ago", 0))
    if all(isinstance(end, str) for end in ends) and len({len(end) > 10 for end in ends}) == 1:
        return sorted(ends, key=datetime.fromisoformat)
    return ends


def _side(at: datetime, said: Any, world: World) -> int:
    """-1 before it, 0 at it, 1 after it; a day is whole."""
    if isinstance(said, str) and len(said) > 10:
        moment = datetime.fromisoformat(said)
        return (at > moment) - (at < moment)
    own, day = at.astimezone(world.zone).date(), _day(said, world)
    return (own > day) - (own < day)


def _day(said: Any, world: World) -> date:
    if isinstance(said, dict):
        today = world.now.astimezone(world.zone).date()
        return today + timedelta(days=said.get("days_ahead", 0) - said.get("days_ago", 0))
    if len(said) == 10:
        return date.fromisoformat(said)
    return datetime.fromisoformat(said).astimezone(world.zone).date()


def _placed(value: datetime, operator: str, wanted: list[Any], world: World) -> bool:
    if operator == "between":
        wanted = _earlier_first(wanted)
        return _side(value, wanted[0], world) >= 0 and _side(value, wanted[1], world) <= 0
    return _side(value, wanted[0], world) == {"before": -1, "after": 1}[operator]


def _timed(value: Any, operator: str, wanted: list[Any]) -> bool:
    if operator == "between":
        return bool(wanted[0] <= value <= wanted[1])
    return bool({"before": value < wanted[0], "after": value > wanted[0], "is": value == wanted[0]}[operator])


def _text(value: str, operator: str, wanted: Any) -> bool:
    if operator == "begins":
        return value.startswith(wanted)
    return (value in _list(wanted)) is (operator in ("is", "one_of"))


def _number(value: Decimal, operator: str, wanted: list[Decimal]) -> bool:
    if operator == "between":
        return wanted[0] <= value <= wanted[1]
    return {
        "is": value == wanted[0], "is_not": value != wanted[0], "under": value < wanted[0],
        "at_most": value <= wanted[0], "over": value > wanted[0], "at_least": value >= wanted[0],
    }[operator]  # fmt: skip


def _list(wanted: Any) -> list[Any]:
    return wanted if isinstance(wanted, list) else [wanted]
