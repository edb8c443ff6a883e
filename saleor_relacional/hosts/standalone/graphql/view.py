"""/graphql/: answers POSTed JSON; shows a small query page to a browser."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render
from graphql import GraphQLError
from graphql.error import GraphQLSyntaxError
from graphql.error import format_error as located

from saleor_relacional.flows import failures
from saleor_relacional.hosts.standalone.shop.refusal import Refusal

LARGEST = 200_000
"""Bytes of a request."""
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-ancestors 'self'"


def endpoint(request: HttpRequest) -> HttpResponse:
    """Answer one request. The schema is built at the first one: it needs every app loaded."""
    if request.method == "GET":
        response = render(request, "relacional_shop/query.html")
        response["Content-Security-Policy"] = POLICY
        return response
    if request.method != "POST":
        return HttpResponseNotAllowed(["GET", "POST"])
    question = _question(request)
    if question is None:
        return JsonResponse({"errors": [{"message": "Send JSON with a query."}]}, status=400)
    return _answer(request, question)


def _question(request: HttpRequest) -> dict[str, Any] | None:
    if len(request.body) > LARGEST:
        return None
    try:
        question = json.loads(request.body)
    except (ValueError, RecursionError):  # no JSON, or nested beyond reading
        return None
    if not isinstance(question, dict) or not isinstance(question.get("query"), str):
        return None
    return question if isinstance(question.get("variables") or {}, dict) else None


def _answer(request: HttpRequest, question: dict[str, Any]) -> JsonResponse:
    from saleor_relacional.hosts.standalone.graphql.schema import schema

    result = schema.execute(
        question["query"],
        variable_values=question.get("variables") or {},
        operation_name=question.get("operationName"),
        context_value=request,
    )
    answer: dict[str, Any] = {"data": result.data}
    if result.errors:
        answer["errors"] = [_formatted(error, asked_badly=result.invalid) for error in result.errors]
    return JsonResponse(answer, status=400 if result.invalid else 200)


def _formatted(error: Exception, *, asked_badly: bool) -> dict[str, Any]:
    """An error in Saleor's form. One that was not raised on purpose is logged and answered without its message, unless
    it was raised before anything was asked of us: by the question itself, or its variables."""
    original = getattr(error, "original_error", error)
    shown = located(error) if isinstance(error, GraphQLError) else {"message": str(error)}
    if isinstance(original, RecursionError):
        shown["message"] = "Nested too deeply."
    elif not asked_badly and not isinstance(original, GraphQLError | GraphQLSyntaxError | Refusal):
        failures.log("resolver", original)
        shown["message"] = "Internal Server Error"
    shown["extensions"] = {"exception": {"code": type(original).__name__}}
    return shown
