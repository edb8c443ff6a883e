"""MJML to HTML, offline, with the checks that mrml leaves to its caller: it passes a misspelt element
through unseen, and an element nested ten thousand deep ends the process, not the rendering."""

from __future__ import annotations

import re

import mrml

from .problems import TemplateProblem

MOST_ELEMENTS = 300
"""Also the deepest nesting possible. mrml recurses: measured, 400 levels fit into a thread's stack of 2 MB,
500 do not, and what does not fit is a segmentation fault."""
COMPONENTS = frozenset(
    [
        "mj-section",
        "mj-column",
        "mj-group",
        "mj-wrapper",
        "mj-text",
        "mj-button",
        "mj-divider",
        "mj-spacer",
        "mj-table",
        "mj-image",
    ]
)
HTML = frozenset(
    [
        "a", "abbr", "b", "blockquote", "br", "center", "code", "del", "div", "em", "h1", "h2", "h3", "h4", "hr", "i",
        "img", "li", "ol", "p", "pre", "s", "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot",
        "th",
        "thead", "tr", "u", "ul",
    ]
)  # fmt: skip
ALLOWED = COMPONENTS | HTML
_OPENING = re.compile(r"<\s*[A-Za-z]")
_NAME = re.compile(r"<\s*/?\s*([A-Za-z][^\s/>]*)")


def check_body(body: str, name: str) -> None:
    """Raises TemplateProblem for anything that a message, ours or an admin's, may not put between header and footer."""
    if len(_OPENING.findall(body)) > MOST_ELEMENTS:
        cure = f"Use at most {MOST_ELEMENTS}."
        raise TemplateProblem("it has too many elements", template=name, cure=cure)
    for found in _NAME.finditer(body):
        tag = found[1].lower()
        if tag not in ALLOWED:
            cure = f"Use HTML inside {', '.join(sorted(COMPONENTS))}; head and footer are added."
            line = body.count("\n", 0, found.start()) + 1
            raise TemplateProblem(f"<{tag[:40]}> is not available", template=name, line=line, cure=cure)


def to_html(document: str, name: str) -> str:
    options = mrml.ParserOptions(include_loader=mrml.noop_loader())
    try:
        output = mrml.to_html(document, options, mrml.RenderOptions(disable_comments=True, fonts={}))
        return output.content
    except OSError as error:
        where = re.search(r"position (\d+)", str(error))
        said = str(error).partition(" in root template")[0][:120]
    line = document.count("\n", 0, int(where[1])) + 1 if where else None
    place = "" if line is None else f" (about line {line} of the whole document)"
    cure = "Close every element, and put text inside mj-text or mj-button."
    raise TemplateProblem(f"the MJML is not well-formed: {said}{place}", template=name, cure=cure)
