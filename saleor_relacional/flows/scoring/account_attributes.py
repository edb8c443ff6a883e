"""What stands of people in the host's customer attributes goes with what we believe of them: at once, whoever asks."""

from collections.abc import Iterable

from saleor_relacional import conf
from saleor_relacional.db import sql, tables

ACCOUNTS = f"""
SELECT profile_id, key FROM {tables.IDENTITY}
WHERE profile_id = ANY(%(ids)s) AND kind = 'account' AND source = %(source)s
"""


def clear(profile_ids: Iterable[int]) -> None:
    """Their accounts have none of our values any more. The caller holds them, so nobody writes anew what they had."""
    host = conf.host()
    store = host.attributes()
    if store is None:
        return
    accounts = sql.rows(ACCOUNTS, {"ids": sql.keys(profile_ids), "source": host.source})
    if accounts:
        store.write({account: {} for _, account in accounts})
