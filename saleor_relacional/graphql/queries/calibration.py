"""Predicted beside happened."""

from typing import Any

import graphene

from saleor_relacional.flows.learning import calibration
from saleor_relacional.graphql.permissions import MANAGE_USERS, needs, says
from saleor_relacional.graphql.request import alias, limit
from saleor_relacional.graphql.types.calibration import RelationshipCalibration


class CalibrationQueries(graphene.ObjectType):
    """Calibration."""

    relationship_calibration = graphene.Field(
        RelationshipCalibration,
        description="What was predicted beside what happened, on the shop's own past. Null while there is too little of"
        " it." + says(MANAGE_USERS),
    )

    @staticmethod
    @needs(MANAGE_USERS)
    def resolve_relationship_calibration(_root: Any, info: Any) -> Any:
        limit(info.context, "calibration", 10)
        return calibration.read(using=alias(info.context))
