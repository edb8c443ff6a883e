"""System checks: what an installation lacks is said at start, with its cure, instead of failing in a task."""

from typing import Any

from django.core.checks import CheckMessage, Error, register

from saleor_relacional import routers


@register
def databases_are_routed(**_: Any) -> list[CheckMessage]:
    """Said before a migration makes tables in the wrong database."""
    numbers = {"database_unknown": "saleor_relacional.E001", "database_router": "saleor_relacional.E002"}
    return [
        Error(lack.problem, hint=lack.cure, id=numbers[lack.code]) for lack in routers.unmet_requirements()
    ]
