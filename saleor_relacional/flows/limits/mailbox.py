"""Which mailbox an address reaches, as far as it can be told from outside: to count mails by, never to write to."""

NO_DOTS = frozenset({"gmail.com", "googlemail.com"})
"""Where a dot before the @ says nothing."""


def of(address: str) -> str:
    """The same for all addresses that anybody can make up of one mailbox: without what follows a plus."""
    local, _, domain = address.strip().lower().rpartition("@")
    own = local.partition("+")[0] or local
    return f"{own.replace('.', '') if domain in NO_DOTS else own}@{domain}"
