"""The one error of this folder: a template that cannot become a mail."""

from __future__ import annotations

from saleor_relacional.errors import RelacionalError


class TemplateProblem(RelacionalError):
    """Says which template, where, and what cures it. Never holds a value of the data: it is logged."""

    def __init__(
        self, problem: str, *, template: str, cure: str, line: int | None = None, column: int | None = None
    ) -> None:
        self.problem = problem
        self.template = template
        self.cure = cure
        self.line = line
        self.column = column
        place = template if line is None else f"{template}, line {line}"
        place = place if column is None else f"{place}, column {column}"
        super().__init__(f"{place}: {problem}. {cure}", code="TEMPLATE")
