"""Where something was said stands on the customer's page in words: every source that our code writes down has them."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import saleor_relacional
from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.ledger import words

SAID_BY = {
    "give",
    "record_objection",
    "import_consent",
    "Consent",
    "Signup",
    "create",
    "get_or_create",
    "_leave",
}
PACKAGE = Path(saleor_relacional.__file__).parent


def sources() -> Iterator[tuple[str, str]]:
    """(module, source) of each call that writes down what somebody said about being written to."""
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text("utf-8")
        if not any(name in text for name in ("consent.", "Consent", "Signup", "record_objection")):
            continue
        module = ".".join(("saleor_relacional", *path.relative_to(PACKAGE).with_suffix("").parts))
        for call in (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)):
            if called(call.func) in SAID_BY:
                given = [one.value for one in call.keywords if one.arg == "source"]
                given += call.args[1:2] if called(call.func) == "_leave" else []
                yield from ((module, one) for value in given for one in values(value, module))


def called(function: ast.expr) -> str:
    """The last name of what is called, or of the model whose manager it is."""
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def values(node: ast.expr, module: str) -> Iterator[str]:
    """The texts that it may be: a text, one of two, a constant of the module; nothing of a variable."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from values(node.body, module)
        yield from values(node.orelse, module)
    elif isinstance(node, ast.Name) and node.id.isupper():
        constant: Any = getattr(importlib.import_module(module), node.id)
        yield str(constant)


def test_every_source_has_words() -> None:
    """The reader sees no word of the code's: not "Said provider."."""
    found = dict.fromkeys(source for _module, source in sources())
    assert {"provider", "newsletter", "checkout", "staff", "import", "one_click", "storefront"} <= set(found)
    for source in {*found, *consent.BY_THEMSELVES}:
        assert words.source(source) != source, source
