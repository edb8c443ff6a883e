"""System checks: name what an installation lacks at its start, with the cure, before a task fails."""

from typing import Any

from django.core.checks import CheckMessage, Error, register

from saleor_relacional import routers


@register
def databases_are_routed(**_: Any) -> list[CheckMessage]:
    """An error per setting that would send statements to the wrong database. Runs before a migration makes tables."""
    numbers = {"database_unknown": "saleor_relacional.E001", "database_router": "saleor_relacional.E002"}
    return [
        Error(unmet.problem, hint=unmet.cure, id=numbers[unmet.code])
        for unmet in routers.unmet_requirements()
    ]
