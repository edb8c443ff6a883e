"""Where a storefront goes on with an open checkout: the same for every host."""

from urllib.parse import quote, urljoin

from saleor_relacional import conf


def checkout_url(storefront: str, channel: str, checkout: str) -> str:
    """Address of a checkout at this storefront; empty without one. `checkout`: as the storefront API knows it.

    RELACIONAL["CHECKOUT_PATH"] is read like a link on the storefront's first page: one that begins with a slash begins
    at its host.
    """
    if not storefront:
        return ""
    path = conf.checkout_path()
    for name, value in (("channel", channel), ("checkout", checkout)):
        path = path.replace(f"{{{name}}}", quote(value, safe=""))
    return urljoin(storefront, path)
