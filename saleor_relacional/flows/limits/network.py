"""Whose computer is asking, as far as the network tells."""

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address
from typing import Any

from django.conf import settings

from saleor_relacional import conf

NOWHERE = "nowhere"
"""Of whoever has no address: they all share one."""


def address(meta: Mapping[str, Any]) -> str:
    """The address in a request's META: under the first name of RELACIONAL['CLIENT_ADDRESS'], else of the host's
    REAL_IP_ENVIRON (Saleor), else under REMOTE_ADDR. Of a list the last, which the nearest proxy wrote; of IPv6 the
    network, because one line has many addresses."""
    names = conf.setting("CLIENT_ADDRESS") or getattr(settings, "REAL_IP_ENVIRON", None) or ["REMOTE_ADDR"]
    for name in names:
        told = str(meta.get(name, "")).split(",")[-1].strip()
        try:
            found = ip_address(told)
        except ValueError:
            continue
        if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
            return str(IPv6Address(int(found) >> 64 << 64))
        return str(found)
    return NOWHERE
