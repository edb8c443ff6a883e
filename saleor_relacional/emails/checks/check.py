"""All that is asked of a template before it is saved."""

from __future__ import annotations

from collections.abc import Mapping

from saleor_relacional.emails.library import Source
from saleor_relacional.emails.liquid_source import LONGEST, compile_source
from saleor_relacional.emails.problems import TemplateProblem

from . import known, markup, trial, variables
from .fault import Fault, FaultCode

PARTS = ("subject", "preheader", "mjml", "text")
MOST_FAULTS = 50


def check(source: Source, sample: Mapping[str, object]) -> list[Fault]:
    """What is wrong with the words of a message, in the order of their parts; empty: they may be saved. `sample`: the
    message's. Takes no longer than a mail or two."""
    shape = known.of(sample)
    found = [fault for part in PARTS for fault in _of_part(source, part, shape)]
    if any(fault.code in (FaultCode.LIQUID, FaultCode.TOO_LONG) for fault in found):
        return found[:MOST_FAULTS]
    read = markup.read(source.mjml)
    found += markup.faults(read, shape) + markup.of_text(source.text)
    found = found or trial.faults(source, sample, read)
    return found[:MOST_FAULTS]


def _of_part(source: Source, part: str, shape: Mapping[str, known.Shape]) -> list[Fault]:
    words = getattr(source, part)
    if part != "preheader" and not words.strip():
        return [Fault(code=FaultCode.EMPTY, part=part)]
    if len(words) > LONGEST:
        return [Fault(code=FaultCode.TOO_LONG, part=part, what=str(len(words)), near=str(LONGEST))]
    try:
        template = compile_source(words, f"{source.name}/{part}", html=part == "mjml")
    except TemplateProblem as problem:
        line, column = problem.line, problem.column
        if line is None:
            line, column = markup.unclosed(words) or (None, None)
        said = {"what": problem.problem, "near": problem.cure}
        return [Fault(code=FaultCode.LIQUID, part=part, line=line, column=column, **said)]
    return variables.unknown(template, part, shape)
