"""Where a dotted name stands on disk. Nothing is imported: the code may be broken."""

import ast
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The text of one symbol, and of its file around it."""

    file: Path
    """From the top of the repository."""
    before: str
    text: str
    """Decorators included; of a constant its whole assignment."""
    after: str


def find(symbol: str, top: Path) -> Source:
    """The source of 'package.module.Class.method', or the whole file at a path such as 'package/page.html'.

    LookupError: there is no such symbol, or more than one.
    """
    if "/" in symbol:
        if not (top / symbol).is_file():
            raise LookupError(f"there is no file {symbol}")
        whole = (top / symbol).read_text(encoding="utf-8")
        return Source(file=Path(symbol), before="", text=whole, after="")
    file, names = _module(symbol, top)
    whole = (top / file).read_text(encoding="utf-8")
    node: ast.AST = ast.parse(whole)
    for name in names:
        node = _child(node, name, symbol)
    return _cut(file, whole, node)


def _module(symbol: str, top: Path) -> tuple[Path, list[str]]:
    """The file of the longest prefix that is a module, and the names inside it."""
    parts = symbol.split(".")
    for length in range(len(parts) - 1, 0, -1):
        path = Path(*parts[:length])
        for file in (path.with_suffix(".py"), path / "__init__.py"):
            if (top / file).is_file():
                return file, parts[length:]
    raise LookupError(f"no module of {symbol} exists")


def _child(node: ast.AST, name: str, symbol: str) -> ast.AST:
    found = [each for each in getattr(node, "body", []) if name in _names(each)]
    if len(found) != 1:
        raise LookupError(f"{name} is defined {len(found)} times where {symbol} looks for it")
    return found[0]


def _names(node: ast.AST) -> set[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Assign(targets=targets):
            return {target.id for target in targets if isinstance(target, ast.Name)}
        case ast.AnnAssign(target=ast.Name(id=name)):
            return {name}
    return set()


def _cut(file: Path, whole: str, node: ast.AST) -> Source:
    first = min(each.lineno for each in (node, *getattr(node, "decorator_list", ())))
    lines = [f"{line}\n" for line in whole.split("\n")]
    lines[-1] = lines[-1].removesuffix("\n")
    parts = lines[: first - 1], lines[first - 1 : node.end_lineno], lines[node.end_lineno :]
    before, text, after = ("".join(part) for part in parts)
    return Source(file=file, before=before, text=text, after=after)
