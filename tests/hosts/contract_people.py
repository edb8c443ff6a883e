"""Who is asking, and what they may do."""

from types import SimpleNamespace

from saleor_relacional.hosts.base import ANONYMOUS
from tests.hosts.driver import Shop


class PeopleContract:
    """Subclassed by contract.HostContract."""

    def test_nobody(self, shop: Shop) -> None:
        """Without a token one is nobody and may do nothing."""
        caller = shop.host.caller(shop.context())
        assert caller == ANONYMOUS
        assert not caller.may("MANAGE_USERS")

    def test_a_customer(self, shop: Shop) -> None:
        """Ana is Ana and holds no permission."""
        ana = shop.customer("ana@example.com")
        caller = shop.host.caller(shop.context(account=ana))
        assert (caller.account, caller.vouched, caller.staff, caller.app) == (ana, True, False, None)
        assert caller.permissions == frozenset()
        assert not caller.may("MANAGE_USERS")

    def test_a_customer_whose_address_is_not_confirmed(self, shop: Shop) -> None:
        """Mallory is logged in as herself, and nobody vouches for the address."""
        mallory = shop.customer("ana@example.com", confirmed=False)
        caller = shop.host.caller(shop.context(account=mallory))
        assert (caller.account, caller.vouched) == (mallory, False)

    def test_staff_with_and_without_permission(self, shop: Shop) -> None:
        """Permissions are the account's own, no more."""
        boss, clerk = shop.staff("MANAGE_USERS", "MANAGE_DISCOUNTS"), shop.staff()
        asked = shop.host.caller(shop.context(account=boss))
        assert asked.staff
        assert asked.account == boss
        assert asked.may("MANAGE_USERS")
        assert asked.may("MANAGE_DISCOUNTS")
        assert not asked.may("MANAGE_ORDERS")
        plain = shop.host.caller(shop.context(account=clerk))
        assert plain.staff
        assert not plain.may("MANAGE_USERS")

    def test_our_own_permission(self, shop: Shop) -> None:
        """MANAGE_RELATIONSHIPS is a permission like the host's own."""
        owner = shop.host.caller(shop.context(account=shop.staff("MANAGE_RELATIONSHIPS")))
        assert owner.may("MANAGE_RELATIONSHIPS")
        assert not owner.may("MANAGE_USERS")

    def test_an_app(self, shop: Shop) -> None:
        """A program acts for itself, with its own permissions and no account."""
        caller = shop.host.caller(shop.context(app=("MANAGE_USERS",)))
        assert caller.app
        assert (caller.account, caller.staff) == (None, False)
        assert caller.may("MANAGE_USERS")
        assert not caller.may("MANAGE_RELATIONSHIPS")

    def test_a_deleted_account_is_nobody(self, shop: Shop) -> None:
        """Her token outlives her account and opens nothing."""
        ana = shop.customer("ana@example.com")
        context = shop.context(account=ana)
        shop.delete_customer(ana)
        assert shop.host.caller(context) == ANONYMOUS

    def test_users_are_loaded_by_reference(self, shop: Shop) -> None:
        """In the order asked, each as often as asked, None for who is unknown."""
        ana, bea = shop.customer("ana@example.com"), shop.customer("bea@example.com")
        info = SimpleNamespace(context=shop.context(account=shop.staff("MANAGE_USERS")))
        gone = shop.customer("gone@example.com")
        shop.delete_customer(gone)
        users = shop.host.graphql_types().load_users(info, [bea, gone, ana, bea]).get()
        assert [user and user.email for user in users] == [
            "bea@example.com",
            None,
            "ana@example.com",
            "bea@example.com",
        ]

    def test_the_address_of_staff_alone(self, shop: Shop) -> None:
        """A customer's is not told, nor is that of an account that is none."""
        boss, ana = shop.staff("MANAGE_USERS"), shop.customer("ana@example.com")
        assert "@" in shop.host.staff_address(boss)
        assert shop.host.staff_address(ana) == ""
        gone = shop.customer("gone@example.com")
        shop.delete_customer(gone)
        assert shop.host.staff_address(gone) == ""
