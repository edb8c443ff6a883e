"""Who is one person, and who is nobody any more."""

from datetime import timedelta

from tests.saleor.e2e import behind, operations
from tests.saleor.e2e.storefront import PASSWORD, Storefront, within


def test_registering_with_a_guests_address_shows_nothing_until_it_is_confirmed(
    saleor: Storefront, somebody: str
) -> None:
    """Ana bought as a guest. Mallory registers with her address: as long as it is not confirmed there is nothing to
    read; Ana confirms it, and the purchase is hers."""
    from saleor.account.models import User
    from saleor.core.tokens import account_confirm_token_generator

    saleor.buy(somebody)
    assert within(5.0, lambda: behind.purchases(somebody) == 1)
    given = {
        "email": somebody,
        "password": PASSWORD,
        "redirectUrl": "http://localhost/confirm",
        "channel": behind.CHANNEL,
    }
    saleor.ask(operations.REGISTER, input=given)
    account = within(10.0, lambda: User.objects.filter(email=somebody).first())
    assert account is not None
    assert account.is_confirmed is False
    behind.record("customer", [str(account.pk)])
    assert _known_by_account(account.pk) in (None, 0)
    proof = account_confirm_token_generator.make_token(account)
    saleor.ask(operations.CONFIRM, email=somebody, proof=proof)
    ana = saleor.login(somebody)
    assert within(5.0, lambda: (saleor.relationship(ana) or {}).get("purchases") == 1)


def _known_by_account(account: int) -> int | None:
    """Purchases of the profile that this account leads to."""
    from saleor_relacional.models import Identity, Purchase

    identity = Identity.objects.filter(kind="account", key=str(account)).first()
    return identity and Purchase.objects.filter(profile_id=identity.profile_id).count()


def test_deletion_forgets_through_a_full_sync(saleor: Storefront, somebody: str) -> None:
    """Staff deletes Ana's account. Her order stays in Saleor's books; in ours no table knows her, even after
    everything has been read anew."""
    from django.core.management import call_command
    from graphql_relay import to_global_id

    account = saleor.account(somebody)
    saleor.buy(somebody, token=saleor.login(somebody))
    assert within(5.0, lambda: behind.purchases(somebody) == 1)
    saleor.ask(operations.DELETE_CUSTOMER, token=saleor.staff(), id=to_global_id("User", account))
    assert within(5.0, lambda: behind.profile(somebody) is None)
    call_command("relacional_sync", verbosity=0)
    assert _mentions(somebody) == []


def _mentions(email: str) -> list[str]:
    """Tables of ours in which this address stands anywhere."""
    from django.apps import apps
    from django.db import connection

    found = []
    with connection.cursor() as cursor:
        for model in apps.get_app_config("saleor_relacional").get_models():
            table = model._meta.db_table
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE strpos(lower(t::text), %s) > 0', [email])
            if cursor.fetchone()[0]:
                found.append(table)
    return found


def test_the_history_of_a_shop_is_read_at_install(saleor: Storefront, somebody: str) -> None:
    """Saleor's own sample orders and an old one of Ana's are known after relacional_sync, each once; running it again
    changes nothing."""
    from django.core.management import call_command
    from django.utils import timezone
    from saleor.order.models import Order

    from saleor_relacional.models import Purchase

    behind.past_order(somebody, timezone.now() - timedelta(days=200))
    call_command("relacional_sync", verbosity=0)
    once = Purchase.objects.filter(source="saleor").count()
    assert behind.purchases(somebody) == 1
    assert once <= Order.objects.confirmed().count()
    assert once >= 15
    call_command("relacional_sync", verbosity=0)
    assert Purchase.objects.filter(source="saleor").count() == once
