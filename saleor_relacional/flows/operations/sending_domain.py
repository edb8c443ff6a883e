"""What the world's name servers say of the domain that a shop's mails come from: SPF of the domain of From, DMARC of it
or of a domain above it (RFC 7489 asks at the organizational one, RFC 9989 at each), and the keys of DKIM where they are
aligned with it: at the same domains, or at From's alone where DMARC says so (adkim=s). Under which domain a provider
really signs, and what it signs, no name server tells. Asked with dnspython (extra `dns`); without it, or without name
servers, nothing is known and nothing is said to be wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

try:
    import dns.exception
    import dns.resolver
except ImportError:
    dns = None  # type: ignore[assignment]

PATIENCE = 5.0
"""Seconds for one question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Of one domain. Texts are those of the records; None where nothing could be asked."""

    domain: str
    asked: bool
    """Name servers answered."""
    spf: str = ""
    dmarc: str = ""
    dmarc_above: bool = False
    """It is that of a domain above, whose `sp` counts before `p`."""
    keys: Mapping[str, bool] = field(default_factory=dict)
    """Selector → whether there is a public key of it."""

    @property
    def spf_lets_anybody(self) -> bool:
        """It ends in +all: everybody may send in the shop's name, so that it says nothing."""
        return self.spf.split()[-1:] in (["+all"], ["all"])

    @property
    def dmarc_policy(self) -> str:
        """none, quarantine or reject; empty where there is no record."""
        told = _told(self.dmarc)
        return (told.get("sp") if self.dmarc_above else None) or told.get("p", "")


class Names:
    """What is asked of name servers; a test has its own."""

    def texts(self, name: str) -> Sequence[str]:
        """TXT records of a name; none where there is no such name. Raises Unanswered."""
        if dns is None:
            raise Unanswered
        resolver = dns.resolver.Resolver()
        resolver.lifetime = PATIENCE
        try:
            answers: Iterable[Any] = resolver.resolve(name, "TXT")
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, OSError) as error:
            raise Unanswered from error
        return [b"".join(answer.strings).decode("utf-8", "replace") for answer in answers]


class Unanswered(Exception):
    """No name server answered, or the library is not there."""


def look(domain: str, selectors: Sequence[str], names: Names | None = None) -> Findings:
    """Ask about one domain."""
    ask, family = names or Names(), _family(domain)
    try:
        spf = _first(ask.texts(domain), "v=spf1")
        records = ((one, _first(ask.texts(f"_dmarc.{one}"), "v=dmarc1")) for one in family)
        holder, dmarc = next(((one, found) for one, found in records if found), (domain, ""))
        aligned = family[:1] if _told(dmarc).get("adkim") == "s" else family
        keys = {each: _is_there(ask, each, aligned) for each in selectors}
    except Unanswered:
        return Findings(domain=domain, asked=False)
    return Findings(domain=domain, asked=True, spf=spf, dmarc=dmarc, dmarc_above=holder != domain, keys=keys)


def _family(domain: str) -> Sequence[str]:
    """The domain and those above it, but for the last, under which anybody registers."""
    parts = domain.split(".")
    return [".".join(parts[place:]) for place in range(max(1, len(parts) - 1))]


def _is_there(ask: Names, selector: str, domains: Sequence[str]) -> bool:
    return any(_has_key(ask.texts(f"{selector}._domainkey.{one}")) for one in domains)


def _told(record: str) -> dict[str, str]:
    """Tag → value, both in small letters."""
    parts = (part.partition("=") for part in record.split(";") if "=" in part)
    return {name.strip().lower(): value.strip().lower() for name, _, value in parts}


def _first(texts: Sequence[str], begins: str) -> str:
    return next((text for text in texts if text.lower().replace(" ", "").startswith(begins)), "")


def _has_key(texts: Sequence[str]) -> bool:
    """An empty p= says that the key was taken back."""
    return any(_told(text).get("p") for text in texts)
