"""Asking the shop's API over HTTP, as somebody."""

import json
from pathlib import Path
from typing import Any

from django.test import Client

OPERATIONS = Path(__file__).parents[2] / "graphql" / "operations"


class Asker:
    """One caller with a context of the driver (none: nobody)."""

    def __init__(self, context: Any = None, *, language: str = "") -> None:
        self.token = context.META.get("HTTP_AUTHORIZATION", "") if context else ""
        self.language = language

    def ask(self, query: str, /, run: str | None = None, **variables: Any) -> dict[str, Any]:
        """The whole answer; `run` names one of several operations."""
        headers = {"Authorization": self.token} if self.token else {}
        headers |= {"Accept-Language": self.language} if self.language else {}
        answer = Client().post(
            "/graphql/",
            json.dumps({"query": query, "variables": variables, "operationName": run}),
            content_type="application/json",
            headers=headers,
        )
        return json.loads(answer.content)

    def data(self, query: str, /, run: str | None = None, **variables: Any) -> Any:
        """The data of an answer without errors."""
        answer = self.ask(query, run=run, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]


def operation(name: str) -> str:
    """A documented query."""
    return (OPERATIONS / f"{name}.graphql").read_text(encoding="utf-8")
