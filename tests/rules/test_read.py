"""Reading rules: what fits is kept, what does not is told with its place, and nothing sent breaks the reader."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saleor_relacional.flows.segments.native_segments import NATIVE
from saleor_relacional.flows.segments.segments import BadRule, parsed
from saleor_relacional.rules import read as reading
from saleor_relacional.rules.fields import FIELDS
from saleor_relacional.rules.read import Wrong, operators, read
from saleor_relacional.rules.tree import Operator, conditions

SLIPPING = {"field": "stage", "operator": "is", "value": "slipping"}


def is_(field: str, operator: str, value: Any, **more: Any) -> dict[str, Any]:
    """A condition."""
    return {"field": field, "operator": operator, "value": value, **more}


@pytest.mark.parametrize(
    ("rule", "place", "wrong"),
    [
        (None, "rule", Wrong.NOT_AN_OBJECT),
        ('{"field": "stage"}', "rule", Wrong.NOT_AN_OBJECT),
        ([SLIPPING], "rule", Wrong.NOT_AN_OBJECT),
        ({}, "rule", Wrong.NO_CONDITION),
        ({"all": [SLIPPING], "any": [SLIPPING]}, "rule", Wrong.SEVERAL),
        ({"all": []}, "rule.all", Wrong.EMPTY),
        ({"all": {"x": 1}}, "rule.all", Wrong.NOT_A_LIST),
        ({"all": [SLIPPING, {"any": [SLIPPING, 7]}]}, "rule.all[1].any[1]", Wrong.NOT_AN_OBJECT),
        ({"not": {"not": {}}}, "rule.not.not", Wrong.NO_CONDITION),
        ({"all": [SLIPPING], "limit": 1}, "rule.limit", Wrong.UNKNOWN_KEY),
        ({**SLIPPING, "sql": "1=1"}, "rule.sql", Wrong.UNKNOWN_KEY),
        (is_("s.stage", "is", "new"), "rule.field", Wrong.NO_FIELD),
        (is_(["stage"], "is", "new"), "rule.field", Wrong.NO_FIELD),  # type: ignore[arg-type]
        (is_("stage", "=", "new"), "rule.operator", Wrong.NO_OPERATOR),
        (is_("stage", "over", "new"), "rule.operator", Wrong.NO_OPERATOR),
        (is_("purchases", "known", 1), "rule.operator", Wrong.NO_OPERATOR),
        ({"field": "stage", "operator": "is"}, "rule.value", Wrong.NO_VALUE),
        (is_("last_at", "known", True), "rule.value", Wrong.NEEDS_NONE),
        (is_("stage", "is", "asleep"), "rule.value", Wrong.NOT_A_CHOICE),
        (is_("stage", "one_of", ["new", "asleep"]), "rule.value[1]", Wrong.NOT_A_CHOICE),
        (is_("stage", "one_of", "new"), "rule.value", Wrong.NOT_A_LIST),
        (is_("stage", "one_of", []), "rule.value", Wrong.EMPTY),
        (is_("product", "any_of", ["x"] * 101), "rule.value", Wrong.TOO_MANY),
        (is_("purchases", "is", "many"), "rule.value", Wrong.NOT_A_NUMBER),
        (is_("purchases", "is", True), "rule.value", Wrong.NOT_A_NUMBER),
        (is_("purchases", "is", float("nan")), "rule.value", Wrong.NOT_A_NUMBER),
        (is_("purchases", "is", float("inf")), "rule.value", Wrong.NOT_A_NUMBER),
        (is_("purchases", "is", "1e999999999"), "rule.value", Wrong.NOT_A_NUMBER),
        (is_("purchases", "is", "1e-999999999"), "rule.value", Wrong.NOT_A_NUMBER),
        (is_("alive", "over", "0.99999999999999999999"), "rule.value", Wrong.NOT_A_CHANCE),
        (is_("purchases", "is", 10**5000), "rule.value", Wrong.NOT_A_NUMBER),
        (is_("purchases", "between", [1]), "rule.value", Wrong.NOT_A_PAIR),
        (is_("purchases", "between", [3, 2]), "rule.value", Wrong.UPSIDE_DOWN),
        (is_("alive", "over", 1), "rule.value", Wrong.NOT_A_CHANCE),
        (is_("vouched", "is", 1), "rule.value", Wrong.NOT_A_FLAG),
        (is_("language", "is", "\0"), "rule.value", Wrong.NOT_A_TEXT),
        (is_("language", "is", "\ud800"), "rule.value", Wrong.NOT_A_TEXT),
        (is_("language", "is", "x" * 256), "rule.value", Wrong.NOT_A_TEXT),
        (is_("campaign", "any_of", ["mine"]), "rule.value[0]", Wrong.NOT_AN_ID),
        (is_("last_at", "before", "yesterday"), "rule.value", Wrong.NOT_A_MOMENT),
        (is_("last_at", "before", "2026-02-30"), "rule.value", Wrong.NOT_A_MOMENT),
        (is_("last_at", "before", "0001-01-01"), "rule.value", Wrong.NOT_A_MOMENT),
        (is_("last_at", "before", "2026-03-01T10:00:00"), "rule.value", Wrong.NO_ZONE),
        (is_("last_at", "before", {"weeks_ago": 2}), "rule.value", Wrong.NOT_A_MOMENT),
        (is_("last_at", "before", {"days_ago": -1}), "rule.value.days_ago", Wrong.NOT_A_NUMBER),
        (is_("last_at", "before", {"days_ago": 10**9}), "rule.value.days_ago", Wrong.NOT_A_NUMBER),
        (is_("last_at", "between", [{"days_ago": 1}, "soon"]), "rule.value[1]", Wrong.NOT_A_MOMENT),
        (is_("kept", "over", 10), "rule.currency", Wrong.NO_CURRENCY),
        (is_("kept", "over", 10, currency="euro"), "rule.currency", Wrong.NO_CURRENCY),
        (is_("purchases", "over", 1, currency="EUR"), "rule.currency", Wrong.UNKNOWN_KEY),
        (is_("stage", "is", "new", since="2026-01-01"), "rule.since", Wrong.NO_WINDOW),
        (is_("purchases", "over", 1, since="then"), "rule.since", Wrong.NOT_A_MOMENT),
    ],
)  # fmt: skip
def test_a_message_names_the_place(rule: Any, place: str, wrong: Wrong) -> None:
    """And only it: one slip, one problem; the sentence for people begins with the place."""
    node, problems = read(rule)
    assert node is None
    assert [(each.place, each.wrong) for each in problems] == [(place, wrong)]
    with pytest.raises(BadRule) as told:
        parsed(rule)
    assert told.value.message.startswith(f"{place}: ") and "%(" not in told.value.message


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ({"days_ago": 60}, {"days_ago": 30}),
        ({"days_ago": 1}, {"days_ahead": 1}),
        ("2026-03-01", "2026-03-31"),
        ("2026-03-01T10:00:00+00:00", "2026-03-01T12:00:00+01:00"),
    ],
)
def test_of_two_days_the_earlier_comes_first_however_they_are_said(earlier: Any, later: Any) -> None:
    """ "Between 30 and 60 days ago", and the other way round; so it is with a period's two ends."""
    one, _ = read(is_("last_at", "between", [later, earlier]))
    other, _ = read(is_("last_at", "between", [earlier, later]))
    assert one is not None and one == other
    counted, _ = read(is_("purchases", "over", 1, since=later, until=earlier))
    assert counted is not None and counted == read(is_("purchases", "over", 1, since=earlier, until=later))[0]


def test_every_slip_is_told_at_once() -> None:
    """Nobody mends a rule one message at a time."""
    _, problems = read({"any": [is_("stage", "is", "asleep"), {"all": [is_("kept", "over", 1)]}, 3]})
    assert [each.place for each in problems] == [
        "rule.any[0].value", "rule.any[1].all[0].currency", "rule.any[2]",
    ]  # fmt: skip


def test_depth_and_size_have_their_limits() -> None:
    """Eight levels and fifty conditions; what is one more is refused, and a bomb costs nothing."""
    deep: Any = SLIPPING
    for _ in range(reading.DEPTH - 1):
        deep = {"not": deep}
    assert read(deep)[0] is not None
    assert [each.wrong for each in read({"not": deep})[1]] == [Wrong.TOO_DEEP]
    for _ in range(100_000):
        deep = {"all": [deep]}
    assert [each.wrong for each in read(deep)[1]] == [Wrong.TOO_DEEP]

    assert read({"all": [SLIPPING] * reading.CONDITIONS})[0] is not None
    assert read({"all": [SLIPPING] * (reading.CONDITIONS + 1)})[1][0].wrong is Wrong.TOO_MANY
    wide = {"all": [{"any": [SLIPPING] * 30}, {"any": [SLIPPING] * 30}]}
    assert Wrong.TOO_MANY in [each.wrong for each in read(wide)[1]]
    bomb: Any = SLIPPING
    for _ in range(6):
        bomb = {"all": [bomb] * 50}
    assert len(read(bomb)[1]) <= reading.PROBLEMS


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10)
    | st.sampled_from([*FIELDS, *Operator]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(
            ["all", "any", "not", "field", "operator", "value", "currency", "since", "until", "days_ago", "x"]
        ),
        inner,
        max_size=5,
    ),
    max_leaves=12,
)  # fmt: skip


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True, database=None)
@given(junk)
def test_nothing_breaks_the_reader(rule: Any) -> None:
    """Whatever is sent: a tree, or problems with places. Never both, never neither, never an exception."""
    node, problems = read(rule)
    assert (node is None) is bool(problems)
    assert all(each.place.startswith("rule") for each in problems)


def test_the_native_types_are_rules() -> None:
    """Each reads, survives JSON, and no two are one."""
    for native in NATIVE:
        node, problems = read(json.loads(json.dumps(native.rule)))
        assert node is not None and problems == () and list(conditions(node))
    assert len({native.public_id for native in NATIVE}) == len(NATIVE)


def test_every_field_has_operators_that_fit() -> None:
    """`known` and `unknown` only where a value may be missing."""
    for field in FIELDS.values():
        assert operators(field)
        assert (Operator.KNOWN in operators(field)) is field.optional
