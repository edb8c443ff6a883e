"""Segments: the list, one of them with its rule as a form, who is in it, and why somebody is or is not."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from saleor_relacional import conf
from saleor_relacional.dashboard import desk
from saleor_relacional.dashboard.customers import asked as customers_asked
from saleor_relacional.dashboard.fields import uuid_of
from saleor_relacional.dashboard.pages import answer
from saleor_relacional.dashboard.segments import nodes
from saleor_relacional.dashboard.segments.nodes import ConditionNode, GroupNode
from saleor_relacional.errors import RelacionalError
from saleor_relacional.flows.campaigns.campaign import goods_choice
from saleor_relacional.flows.profiles import profile_list, profiles
from saleor_relacional.flows.segments import membership, rule_words, segments, value_names
from saleor_relacional.flows.segments.segments import BadRule, Known
from saleor_relacional.hosts.base import Caller
from saleor_relacional.models import Campaign
from saleor_relacional.rules.fields import FIELDS
from saleor_relacional.rules.read import DEPTH, read
from saleor_relacional.rules.tree import Condition, Group, Node, Not, conditions

SAMPLE = 6


@desk.page
def content(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """All segments, and which campaigns are for their people."""
    return desk.show("segments/segments.html", {"known": listed()}, caller=caller, section="segments")


def listed() -> list[tuple[Known, Sequence[Campaign]]]:
    """Each segment with the campaigns that use it."""
    used = segments.campaigns_of()
    return [(each, used.get(each.public_id, ())) for each in segments.all_known()]


@desk.page
def new(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """An empty form with one condition to choose."""
    root = GroupNode(mode="all", children=[ConditionNode(name="stage")])
    return editor(None, root, caller)


@desk.page
def one(request: HttpRequest, segment: UUID, *, caller: Caller) -> HttpResponse:
    """Its rule, who is in it, and what uses it."""
    known = segments.of_public_id(segment)
    if known is None:
        return desk.show("segments/gone.html", {}, caller=caller, section="segments", status=404)
    return editor(known, nodes.of_rule(known.rule), caller)


def editor(
    known: Known | None, root: GroupNode | None, caller: Caller, *, typed: Mapping[str, str] | None = None,
    saved: str = "", refused: RelacionalError | None = None, place: str = "",
) -> HttpResponse:  # fmt: skip
    """The page of one segment, with what was typed where it was refused: it still rests on the version from which it
    was begun, until its writer was told of a later one."""
    held = known.updated_at.isoformat() if known and known.updated_at else ""
    told = refused is None or refused.code == "CONFLICT"
    problems = refused.problems if isinstance(refused, BadRule) else ()
    values = {
        "known": known,
        "name": typed.get("name", "") if typed is not None else known.name if known else "",
        "version": held if told or typed is None else typed.get("version", ""),
        "campaigns": segments.campaigns_of().get(known.public_id) if known else None,
        "sentences": _sentences(known),
        "now": _now(known) if known and refused is not None and refused.code == "CONFLICT" else None,
        "editable": root is not None and not (known and known.native),
        "tried": refused,
        "saved": saved,
        **(_form(nodes.numbered(root, problems)) if root else {}),
    }
    status = 200 if refused is None else 409 if refused.code in ("CONFLICT", "IN_USE") else 422
    return desk.show(
        "segments/segment.html", values, caller=caller, section="segments", status=status, place=place
    )


@desk.ask
def preview(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """The form after a choice, or with a condition more or less. Saves nothing."""
    pairs = sent(request)
    root = nodes.numbered(nodes.typed(pairs))
    reference = dict(pairs).get("reference", "")
    focus = [_do(root, value, reference) for name, value in pairs if name == "do"]
    return answer("segments/rule.html", {**_form(nodes.numbered(root)), "focus": focus[-1] if focus else ""})


@desk.ask
def goods(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """What the shop sells under the name that was typed in one condition, to be chosen."""
    pairs = sent(request)
    path = dict(pairs).get("path", "")
    node = next((one for one in nodes.walked(nodes.numbered(nodes.typed(pairs))) if one.path == path), None)
    if not isinstance(node, ConditionNode) or not node.goods:
        raise Http404
    typed = node.one("goods")
    found = goods_choice.search("variants", typed, without=node.typed.get("value", []))
    return answer("segments/goods_found.html", {"node": node, "found": found, "typed": typed})


@desk.ask
def count(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """How many a rule finds, and some of them, while it is typed."""
    pairs = sent(request)
    rule = nodes.typed(pairs).get()
    node, problems = read(rule)
    if node is None:
        return answer("segments/found.html", {"faults": [rule_words.fault(each) for each in problems]})
    now = conf.host().now()
    people, _more = membership.page(node, first=SAMPLE, after=None, now=now)
    values = {
        "count": membership.count(node, now=now), "people": people, "known": uuid_of(dict(pairs).get("known", "")),
    }  # fmt: skip
    return answer("segments/found.html", values)


@desk.page
def members(request: HttpRequest, segment: UUID, *, caller: Caller) -> HttpResponse:
    """How many belong to a saved one, and some of them: after the page."""
    known = segments.of_public_id(segment)
    try:
        node = segments.parsed(known.rule) if known else None
    except BadRule as error:
        return answer("segments/found.html", {"faults": error.messages})
    if node is None:
        raise Http404
    now = conf.host().now()
    values: dict[str, Any] = {
        "count": membership.count(node, now=now),
        "short": bool(request.GET.get("short")),
    }
    if not values["short"]:
        values["people"], values["known"] = (
            membership.page(node, first=SAMPLE, after=None, now=now)[0],
            segment,
        )
    return answer("segments/found.html", values)


@desk.ask
def why(request: HttpRequest, segment: UUID, *, caller: Caller) -> HttpResponse:
    """Why somebody, found by their address or its beginning or named by their id, belongs or does not: by the rule that
    is saved."""
    known, now = segments.of_public_id(segment), conf.host().now()
    pairs = sent(request)
    named = uuid_of(dict(pairs).get("person", ""))
    if known is None:
        raise Http404
    try:
        person = (
            profiles.of_public_ids([named]).get(named) if named
            else profile_list.called(dict(pairs).get("search", ""), now=now)
        )  # fmt: skip
        told = membership.why_of([person.id], known, now=now).get(person.id) if person else None
    except RelacionalError as error:
        return answer("segments/why.html", {"refused": error.message})
    values = {"person": person, "told": told, "other": nodes.differs(pairs, known.rule)}
    return answer("segments/why.html", values)


def sent(request: HttpRequest) -> Sequence[tuple[str, str]]:
    """What a form sent, in its order: groups within groups are told by it."""
    return parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=2_000)


def _form(root: GroupNode) -> dict[str, Any]:
    fields = sorted(((name, rule_words.field(name)) for name in FIELDS), key=lambda each: each[1])
    for each in nodes.walked(root):
        if isinstance(each, ConditionNode):
            each.offer()
    return {
        "node": root, "fields": fields, "currencies": customers_asked.known_currencies(), "deep": 2 * (DEPTH - 1),
    }  # fmt: skip


def _do(root: GroupNode, said: str, reference: str) -> str:
    """Add a condition or a group within a group, take a node away, or choose one of the shop's goods. Returns where the
    keyboard goes on: at what came, or, with "-add", at the end of the group from which something went."""
    what, _colon, path = said.partition(":")
    told = {one.path: one for one in nodes.walked(root)}
    at, above = told.get(path), told.get(path.rpartition(".")[0])
    if what == "add" and isinstance(at, GroupNode):
        at.children.append(ConditionNode(name="stage"))
        return f"{path}.{len(at.children) - 1}"
    if what == "group" and isinstance(at, GroupNode):
        at.children.append(GroupNode(mode="any", children=[ConditionNode(name="stage")]))
        return f"{path}.{len(at.children) - 1}"
    if what == "choose" and isinstance(at, ConditionNode) and at.goods and reference:
        at.typed["value"] = list(dict.fromkeys([*at.typed.get("value", []), reference]))
        at.typed["goods"] = []
        return f"{path}-search"
    if what == "remove" and at is not None and isinstance(above, GroupNode):
        above.children.remove(at)
        return f"{above.path}-add"
    return ""


def _now(known: Known) -> dict[str, Any] | None:
    """The rule that holds by now, in words."""
    node, _problems = read(known.rule)
    return _said(node, value_names.names(conditions(node))) if node else None


def _said(node: Node, names: value_names.ValueNames) -> dict[str, Any]:
    """A rule in words, group within group."""
    if isinstance(node, Condition):
        return {"sentence": rule_words.sentence(node, names)}
    inner = node.child if isinstance(node, Not) else node
    children = inner.children if isinstance(inner, Group) else (inner,)
    mode = "none" if isinstance(node, Not) else "all" if isinstance(inner, Group) and inner.every else "any"
    if isinstance(node, Not) and isinstance(inner, Group) and inner.every and len(children) > 1:
        children = (inner,)  # not all of them: not the same as none of them
    return {"mode": mode, "children": [_said(each, names) for each in children]}


def _sentences(known: Known | None) -> list[str]:
    node, _problems = read(known.rule) if known else (None, ())
    asked = list(conditions(node)) if node else []
    names = value_names.names(asked)
    return [rule_words.sentence(each, names) for each in asked]
