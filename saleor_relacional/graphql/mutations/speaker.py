"""Who speaks: the signed-in customer for themself, or the staff for somebody whom an ID names."""

from typing import Any

from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.errors import BadInput, Refused
from saleor_relacional.flows.profiles import profiles
from saleor_relacional.flows.profiles.profiles import Relationship
from saleor_relacional.flows.scoring import declarations
from saleor_relacional.graphql.errors import Code
from saleor_relacional.graphql.ids import uuid_of
from saleor_relacional.graphql.permissions import MANAGE_RELATIONSHIPS, PermissionDenied, require
from saleor_relacional.graphql.request import caller

WHOM = (
    "ID of the relationship, for staff with MANAGE_RELATIONSHIPS. Without it the signed-in customer speaks for"
    " themself."
)
WHO_MAY = "\n\nRequires one of the following permissions: MANAGE_RELATIONSHIPS, AUTHENTICATED_USER."


def refuse_while_off(id: str | None = None) -> None:
    """Raises Refused where a customer (no `id`) asks for something while the shop has switched us off: nothing would
    come of it. Leaving, the export and erasure do not ask."""
    if id is None and not conf.host().active():
        raise Refused(
            _("The shop has switched this off for now. Leaving, your data and erasing them go on."),
            code=Code.PLUGIN_OFF,
        )


def speaker(info: Any, id: str | None) -> str:
    """STAFF where an id names the customer, CUSTOMER for the signed-in customer. Raises PermissionDenied."""
    if id is not None:
        require(info, MANAGE_RELATIONSHIPS)
        return declarations.STAFF
    asking = caller(info.context)
    if asking.account is None or asking.app is not None:
        raise PermissionDenied("AUTHENTICATED_USER")
    return declarations.CUSTOMER


def whose(info: Any, id: str | None) -> Relationship:
    """The relationship of this ID, else the signed-in customer's own. Raises BadInput, or Refused where their address
    is not confirmed."""
    if id is not None:
        public_id = uuid_of("RelationshipProfile", id)
        known = profiles.of_public_ids([public_id]).get(public_id)
        if known is None:
            raise BadInput("There is no relationship of this ID.", code=Code.NOT_FOUND, field="id")
        return known
    asking = caller(info.context)
    if not asking.vouched:
        raise Refused("Confirm your e-mail address first.", code=Code.NOT_CONFIRMED)
    own = profiles.of_accounts([asking.account or ""]).get(asking.account or "")
    if own is None:
        raise BadInput("The shop has not met you yet. Try again in a minute.", code=Code.NOT_FOUND)
    return own
