"""Where each problem is looked into, or mended."""

from collections.abc import Sequence

from saleor_relacional.flows.operations.health import Problem

_PLACES = {
    "sending_stopped": "policy/mail_server", "answers_overdue": "inbox", "fit_failed": "calibration",
    "attributes_impossible": "policy/attributes", "attributes_late": "policy/attributes",
    "attributes_deleted": "policy/attributes",
}  # fmt: skip
"""Code of a problem → the page below /dashboard/; the others are mended where the server runs."""


def leading(problems: Sequence[Problem], *, else_to: str = "") -> list[dict[str, str]]:
    """Each with its page: of a campaign that harms, what it brought. `else_to`: of those that have none."""
    return [
        {"code": one.code, "problem": one.problem, "cure": one.cure, "place": _place(one) or else_to}
        for one in problems
    ]


def _place(problem: Problem) -> str:
    return f"evidence/{problem.campaign}" if problem.campaign else _PLACES.get(problem.code, "")
