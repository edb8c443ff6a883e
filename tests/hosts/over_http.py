"""Asking the standalone shop's GraphQL over HTTP."""

import json
from typing import Any

from django.test import Client


def ask(query: str, variables: dict[str, Any] | None = None, *, token: str = "") -> dict[str, Any]:
    """What the endpoint answers, whole."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    body = json.dumps({"query": query, "variables": variables or {}})
    return Client().post("/graphql/", body, content_type="application/json", headers=headers).json()
