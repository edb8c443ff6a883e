"""What the shop's mail still lacks: someone who hears bounces, and a domain that vouches for its mails."""

from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.flows import policy
from saleor_relacional.flows.operations import sending_domain
from saleor_relacional.flows.operations.sending_domain import Findings, Names
from saleor_relacional.flows.sending.heard import webhooks
from saleor_relacional.hosts.base import Requirement

SMTP = ".smtp.EmailBackend"
"""How the name ends of the backends that hear nothing afterwards."""


def unheard() -> Iterator[Requirement]:
    """Whether anybody tells of bounces. Not fatal: mails leave."""
    if webhooks.provider() and not webhooks.tells():
        yield _lacks(
            "bounces_unheard",
            _(
                "The mail provider tells nothing of what becomes of mails: bounces and complaints are not heard."
            ),
            _(
                "Choose a provider whose webhooks django-anymail reads, or look at its own pages (docs/operate.md)."
            ),
        )
    elif webhooks.provider() and not webhooks.listens():
        yield _lacks(
            "webhook_secret",
            _(
                "Nothing protects the address at which the mail provider tells of bounces, so it is not listened to."
            ),
            _(
                "Set WEBHOOK_SECRET in the setting ANYMAIL, or the provider's key of signature (docs/operate.md)."
            ),
        )
    elif str(settings.EMAIL_BACKEND).endswith(SMTP):
        yield _lacks(
            "bounces_unheard",
            _(
                "Bounces and complaints that come after a mail was taken are not heard: no provider tells of them."
            ),
            _(
                "Send through a provider of django-anymail, or watch the mailbox of the sender (docs/operate.md)."
            ),
        )


def of_domains(names: Names | None = None) -> Iterator[Requirement]:
    """What name servers say of the senders' domains: seconds, where they are slow. None of it is fatal: mails leave,
    though fewer arrive."""
    senders = policy.senders().values()
    for domain in sorted({sender.address.rpartition("@")[2].lower() for sender in senders}):
        yield from _domain(sending_domain.look(domain, conf.dkim_selectors(), names))


def _domain(found: Findings) -> Iterator[Requirement]:
    named = {"domain": found.domain}
    if not found.asked:
        yield _lacks(
            "domain_unasked",
            _("What the name servers say of %(domain)s could not be asked.") % named,
            _(
                "Install the extra dns and let this machine ask name servers, or look at TXT of %(domain)s (v=spf1), of"
                " _dmarc.%(domain)s (v=DMARC1) and of <selector>._domainkey.%(domain)s (p=) yourself."
            )
            % named,
        )
        return
    if not found.spf or found.spf_lets_anybody:
        yield _lacks(
            "spf",
            _("The domain %(domain)s has no SPF record that says who may send in its name.") % named,
            _(
                "Add a TXT record that begins with v=spf1 and ends with -all or ~all, as your mail provider says."
            ),
        )
    yield from _keys(found)
    if not found.dmarc_policy:
        yield _lacks(
            "dmarc",
            _("The domain %(domain)s has no DMARC record: Gmail and Yahoo take few mails of it.") % named,
            _("Add a TXT record for _dmarc.%(domain)s, such as v=DMARC1; p=none; adkim=r.") % named,
        )


def _keys(found: Findings) -> Iterator[Requirement]:
    lacking = sorted(selector for selector, there in found.keys.items() if not there)
    if lacking:
        yield _lacks(
            "dkim",
            _(
                "There is no DKIM key of %(domain)s under %(selectors)s: mails are not signed as coming from it."
            )
            % {"domain": found.domain, "selectors": ", ".join(lacking)},
            _(
                "Publish the key that your mail provider shows for this very domain, which must be that of From, and"
                " let it sign List-Unsubscribe and List-Unsubscribe-Post, too (RFC 8058)."
            ),
        )
    elif not found.keys:
        yield _lacks(
            "dkim_selector",
            _(
                "Nobody has said under which name the DKIM key of %(domain)s is published, so it was not looked for."
            )
            % {"domain": found.domain},
            _("Set RELACIONAL['DKIM_SELECTORS'] to the selectors that your mail provider signs with."),
        )


def _lacks(code: str, problem: str, cure: str) -> Requirement:
    return Requirement(code=code, problem=problem, cure=cure, fatal=False)
