"""What a mail says of the occasion on which it is written, as the campaign's kind names it."""

from collections.abc import Mapping
from datetime import datetime

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.campaigns import cycles
from saleor_relacional.models import Touch


def of(touch: Touch, now: datetime) -> Mapping[str, object]:
    """Name → value, as `CampaignKind.occasion` has them; empty where the kind names nothing. At most one statement."""
    version = touch.enrolment.version
    wanted = cycles.kind(version).occasion
    if not wanted:
        return {}
    asked = {**cycles.parameters(version, now), "enrolment": touch.enrolment_id}
    [found] = sql.rows(_statement(wanted), asked)
    return dict(zip(wanted, found, strict=True))


def _statement(wanted: Mapping[str, str]) -> str:
    return f"""
SELECT {", ".join(f"({expression})" for expression in wanted.values())}
FROM {tables.ENROLMENT} e JOIN {tables.CUSTOMER_SUMMARY} s ON s.profile_id = e.profile_id
WHERE e.id = %(enrolment)s
"""
