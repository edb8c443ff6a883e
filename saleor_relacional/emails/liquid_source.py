"""One Liquid source: compiled once, checked before it runs, and every way it can fail told as a
TemplateProblem that quotes the template and never the data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from babel import Locale
from liquid import BoundTemplate, Environment
from liquid.ast import Node
from liquid.builtin.expressions import FilteredExpression, Path
from liquid.builtin.expressions.primitive import RangeLiteral
from liquid.exceptions import LiquidError, ResourceLimitError, UndefinedError
from liquid.expression import Expression

from . import sandbox
from .filters import BadValue
from .output import Output, PlainPath
from .problems import TemplateProblem

LONGEST = 64_000
"""Characters of one template."""
LONGEST_TAG = 1_000
MOST_TAGS = 600
"""Ours have about sixty. Each is kept in memory as long as the template is."""
_DELIMITER = re.compile(r"\{\{|\{%|\}\}|%\}")
_CLOSES = {"{{": "}}", "{%": "%}"}
_UNPARSED = re.compile(r"\{%-?\s*(raw|doc)\b")
_VARIABLE = re.compile(r"[\w-]+(?:\.[\w-]+|\[[^\]\n]{0,60}\])*")


@lru_cache(maxsize=512)
def compile_source(source: str, name: str, *, html: bool) -> BoundTemplate:
    _check_delimiters(source, name)
    template, problem = _parsed(sandbox.HTML if html else sandbox.TEXT, source, name)
    if template is None or problem is not None:
        raise problem or AssertionError
    return template


def evaluate(template: BoundTemplate, data: Mapping[str, object], locale: Locale) -> str:
    """What it says."""
    return output(template, data, locale).getvalue()


def output(template: BoundTemplate, data: Mapping[str, object], locale: Locale, *, size: int = 0) -> Output:
    """What it says, part by part. `size`: bytes that are said already. The problem is raised outside `except`: a
    chained liquid error would carry values of the data into whatever reports exceptions."""
    context = sandbox.Context(template, data=data, locale=locale)
    buffer = Output(sandbox.OUTPUT, size)
    try:
        template.render_with_context(context, buffer)
        return buffer
    except Exception as error:  # noqa: BLE001 a foreign interpreter over foreign source: also TypeError, ValueError
        problem = _rendering_problem(error, template.name)
    raise problem


def _check_delimiters(source: str, name: str) -> None:
    """The lexer's patterns take polynomial time where a tag is not closed, is very long, or is raw."""
    if len(source) > LONGEST:
        cure = f"Keep it under {LONGEST} characters."
        raise TemplateProblem("the template is too long", template=name, cure=cure)
    if sum(map(source.count, _CLOSES)) > MOST_TAGS:
        raise TemplateProblem("it has too many tags", template=name, cure=f"Use at most {MOST_TAGS}.")
    opened: re.Match[str] | None = None
    for found in _DELIMITER.finditer(source):
        if opened is None:
            opened = found if found[0] in _CLOSES else None
        elif found[0] == _CLOSES[opened[0]] and found.start() - opened.start() < LONGEST_TAG:
            opened = None
        else:
            break
    bad = opened or _UNPARSED.search(source)
    if bad is not None:
        said = "a tag is not closed, is too long, or is raw"
        cure = f"Close every {{{{ and {{%, and keep each under {LONGEST_TAG} characters."
        raise TemplateProblem(said, template=name, cure=cure, **_at(source, bad.start()))


def _parsed(env: Environment, source: str, name: str) -> tuple[BoundTemplate | None, TemplateProblem | None]:
    try:
        template = env.from_string(source, name=name)
        for node in template.nodes:
            _check(node, env, name)
        return template, None
    except TemplateProblem as problem:
        return None, problem
    except RecursionError:
        return None, TemplateProblem("it is nested too deeply", template=name, cure="Make it simpler.")
    except LiquidError as error:
        cure = "Only if, unless, case, for, assign, capture and comment are available."
        said = str(error.message).strip(".")[:200]  # about the source alone: nothing has been rendered yet
        return None, TemplateProblem(said, template=name, cure=cure, **_place(error))


def _check(node: Node, env: Environment, name: str) -> None:
    for expression in node.expressions():
        for part in _walk(expression):
            _check_expression(part, env, name)
            if isinstance(part, Path):
                PlainPath.quicken(part)
    for child in node.children(None):  # type: ignore[arg-type]  # only partials read the context
        _check(child, env, name)


def _walk(expression: Expression) -> Iterator[Expression]:
    yield expression
    for child in expression.children():
        yield from _walk(child)


def _check_expression(part: Expression, env: Environment, name: str) -> None:
    if isinstance(part, RangeLiteral):
        where = _at(part.token.source, part.token.start_index)
        raise TemplateProblem("ranges are not available", template=name, cure="Loop over a list.", **where)
    for used in (part.filters or []) if isinstance(part, FilteredExpression) else []:
        if used.name not in env.filters:
            where = _at(used.token.source, used.token.start_index)
            cure = f"Available: {', '.join(sorted(env.filters))}."
            raise TemplateProblem(f"there is no filter `{used.name}`", template=name, cure=cure, **where)


def _rendering_problem(error: Exception, name: str) -> TemplateProblem:
    where = _place(error) if isinstance(error, LiquidError) else {}
    if isinstance(error, UndefinedError) and error.token is not None:
        missing = _VARIABLE.match(error.token.source, max(error.token.start_index, 0))
        said = f"`{missing[0] if missing else 'a variable'}` is not in the data"
        cure = "Correct the name, or add it to the data."
        return TemplateProblem(said, template=name, cure=cure, **where)
    if isinstance(error, ResourceLimitError | RecursionError | MemoryError):
        cure = "Use fewer or shorter loops, texts and variables."
        return TemplateProblem("it does more than a mail may", template=name, cure=cure, **where)
    if isinstance(error, BadValue):
        return TemplateProblem(
            str(error.message), template=name, cure="Where it may be missing, ask with if first.", **where
        )
    cure = "Check what its filters, loops and comparisons are given."
    return TemplateProblem(f"it failed with {type(error).__name__}", template=name, cure=cure, **where)


def _place(error: LiquidError) -> dict[str, int]:
    return {} if error.token is None else _at(error.token.source, error.token.start_index)


def _at(source: str, index: int) -> dict[str, int]:
    """Line and column of a character, from 1; nothing where there is no character."""
    if index < 0:
        return {}
    return {"line": source.count("\n", 0, index) + 1, "column": index - source.rfind("\n", 0, index)}
