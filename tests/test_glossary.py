"""docs/glossary.md and the code have the same words: each word has its place, each public noun has its word."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "saleor_relacional"
PAGE = ROOT / "docs" / "glossary.md"
SDL = ROOT / "graphql" / "schema.graphql"

PREFIX = "Relationship"
"""All types of ours begin with it in the API."""

SUFFIXES = {
    "Accept", "Activate", "Answer", "Apply", "Bulk", "Close", "Connection", "Correct", "Countable", "Create",
    "Declare", "Delete", "Edge", "Enum", "Field", "Filter", "Finish", "Input", "Note", "Pause", "Refresh",
    "Restore", "Send", "Sort", "Take", "Update", "Withdraw",
}  # fmt: skip
"""What GraphQL's and Saleor's conventions, or a mutation's verb, add to a noun."""

TECHNICAL = {
    "believed": "held true on a day that is gone; of a stage",
    "count": "a number of something that has a word",
    "currency": "the world's word, as in ISO 4217",
    "error": "GraphQL's and Python's word",
    "group": "customers to whom about the same was predicted: statistics' word",
    "kind": "one of a closed set of something that has a word",
    "moment": "an instant",
    "month": "the calendar's word",
    "per": "a preposition",
    "period": "from one instant until another",
    "preview": "a result that is not saved",
    "range": "from one value until another",
    "reason": "why something is so; what the reason is of has a word",
    "staff": "whoever works for the shop",
    "state": "where a row stands; each state that matters has a word",
    "summary": "totals of a list",
    "unit": "what a number counts",
    "why": "a question",
}
"""Words that need no entry, each with its reason."""


def entries() -> dict[str, str]:
    """Word → its module cell, from all tables of the page."""
    rows = re.findall(r"^\| \*\*([^*|]+)\*\* \| ([^|]*) \| [^|]+ \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert len(rows) == len(dict(rows)), "a word stands twice"
    return dict(rows)


def plain(words: str) -> str:
    """Letters and digits alone, lower-cased: `e-mail key`, `email_key` and `EmailKey` are one."""
    return re.sub(r"[^a-z0-9]", "", words.lower())


def source_of(module: str) -> Path | None:
    """The file of a dotted module or package of ours; None when there is none."""
    stem = PACKAGE.joinpath(*module.split("."))
    return next((file for file in (stem.with_suffix(".py"), stem / "__init__.py") if file.is_file()), None)


def defined(body: list[ast.stmt]) -> dict[str, tuple[ast.stmt, str]]:
    """Name → the statement of this body that defines it, and what is said about it: its docstring, or the text under
    it. What is only imported is not defined here."""
    found: dict[str, tuple[ast.stmt, str]] = {}
    for statement, following in zip(body, [*body[1:], None], strict=True):
        match statement:
            case ast.ClassDef() | ast.FunctionDef():
                found[statement.name] = statement, ast.get_docstring(statement) or ""
            case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
                match following:
                    case ast.Expr(value=ast.Constant(value=str(said))):
                        found[name] = statement, said
                    case _:
                        found[name] = statement, ""
    return found


def fault(word: str, cell: str) -> str | None:
    """What is wrong with the place that a word names; None when it is defined there."""
    module, _, symbol = cell.partition(":")
    file = source_of(module)
    if file is None:
        return f"{word}: there is no module {module}"
    tree = ast.parse(file.read_text("utf-8"))
    name, said, body = module.rpartition(".")[2], ast.get_docstring(tree) or "", tree.body
    for part in symbol.split(".") if symbol else []:
        if part not in (names := defined(body)):
            return f"{word}: {module} does not define {symbol}"
        statement, said = names[part]
        name, body = symbol, statement.body if isinstance(statement, ast.ClassDef) else []
    if plain(word) in plain(name) or re.search(rf"\b{re.escape(word)}", said, re.IGNORECASE):
        return None
    return f"{word}: {cell} neither bears the word nor explains it"


def nouns_of_the_api() -> Iterator[str]:
    """Types, enums, inputs and scalars of ours, without what convention adds."""
    names = re.findall(
        rf"^(?:type|enum|input|scalar|interface|union) ({PREFIX}\w+)", SDL.read_text("utf-8"), re.M
    )
    for name in names:
        parts = re.findall(r"[A-Z][a-z0-9]*", name.removeprefix(PREFIX))
        yield " ".join(part for part in parts if part not in SUFFIXES)


def nouns_of_the_models() -> Iterator[str]:
    """Classes of models/ that are tables or choices."""
    for model in apps.get_app_config("saleor_relacional").get_models():
        yield " ".join(re.findall(r"[A-Z][a-z0-9]*", model.__name__))
    for file in (PACKAGE / "models").rglob("*.py"):
        for name, (statement, _) in defined(ast.parse(file.read_text("utf-8")).body).items():
            if isinstance(statement, ast.ClassDef) and "Choices" in ast.unparse(statement.bases[0]):
                yield " ".join(re.findall(r"[A-Z][a-z0-9]*", name))


def unexplained(noun: str, known: set[str]) -> bool:
    """Whether some part of a noun is neither a word of the glossary (singular or plural) nor technical."""
    parts = noun.lower().split()
    if not parts:
        return False
    heads = (" ".join(parts[:length]) for length in range(len(parts), 0, -1))
    return all(
        not ({head, head.removesuffix("s")} & known)
        or unexplained(" ".join(parts[len(head.split()) :]), known)
        for head in heads
    )


@pytest.mark.parametrize(("word", "cell"), entries().items())
def test_a_word_is_defined_where_the_page_says(word, cell):
    """The module exists, defines the symbol itself, and one of them bears the word or explains it."""
    assert fault(word, cell) is None


def test_no_public_noun_is_without_its_word():
    """Whoever adds a type, an enum, an input or a table adds its word."""
    known = set(entries()) | set(TECHNICAL)
    nouns = {*nouns_of_the_api(), *nouns_of_the_models()}
    assert len(nouns) > 60
    assert sorted(noun for noun in nouns if unexplained(noun, known)) == []


def test_the_technical_words_are_needed_and_have_no_entry():
    """A word that gets an entry, or is no longer used, leaves the list of exceptions."""
    used = {part.lower() for noun in (*nouns_of_the_api(), *nouns_of_the_models()) for part in noun.split()}
    assert sorted(set(TECHNICAL) - used) == []
    assert sorted(set(TECHNICAL) & set(entries())) == []


@pytest.mark.parametrize(
    ("word", "cell"),
    [
        ("purchase", "models.orders:Purchase"),
        ("purchase", "models.facts:Order"),
        ("purchase", "models.facts:models"),
        ("purchase", "models.facts:Purchase.price"),
        ("loyalty", "models.facts:Purchase"),
        ("loyalty", "flows.campaigns.capacity"),
    ],
    ids=["no module", "no symbol", "imported only", "no field", "another symbol", "another module"],
)
def test_a_wrong_place_is_noticed(word, cell):
    """A place that is not there, or is another word's, is a fault."""
    assert fault(word, cell) is not None


@pytest.mark.parametrize(
    ("word", "noun"),
    [("segment", "Segment Preview"), ("stage change", "Stage Change"), ("stale", "Stale"), ("lift", "Lift")],
)
def test_a_missing_word_is_noticed(word, noun):
    """Without its entry the noun is unexplained, with it no longer."""
    known = set(entries()) | set(TECHNICAL)
    assert (unexplained(noun, known - {word}), unexplained(noun, known)) == (True, False)


def test_a_word_in_bold_has_its_row():
    """A word that is introduced in the meaning of another one has an entry, too."""
    tables = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("|")]
    assert sorted(set(re.findall(r"\*\*([^*]+)\*\*", "\n".join(tables))) - set(entries())) == []
