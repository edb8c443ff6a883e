"""Our own permission, shown in Saleor's permission groups beside Saleor's.

Must be appended before Saleor's GraphQL enums are made, which read the list once: apps.py imports this module while
models load, ahead of any schema.
"""

from saleor.permission import enums


class RelationshipPermissions(enums.BasePermissionEnum):
    """Activating campaigns, policy and export. Reading needs MANAGE_USERS."""

    MANAGE_RELATIONSHIPS = "saleor_relacional.manage_relationships"


if RelationshipPermissions not in enums.PERMISSIONS_ENUMS:
    enums.PERMISSIONS_ENUMS.append(RelationshipPermissions)
