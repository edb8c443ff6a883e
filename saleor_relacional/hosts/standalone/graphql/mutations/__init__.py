"""The shop's verbs in its API."""

from saleor_relacional.hosts.standalone.graphql.mutations.account import (
    AccountDelete,
    AccountRegister,
    ConfirmAccount,
    TokenCreate,
)
from saleor_relacional.hosts.standalone.graphql.mutations.checkout import (
    CheckoutAddPromoCode,
    CheckoutComplete,
    CheckoutCreate,
    CheckoutDeliveryMethodUpdate,
    CheckoutEmailUpdate,
    CheckoutLinesUpdate,
    CheckoutRemovePromoCode,
    CheckoutShippingAddressUpdate,
)
from saleor_relacional.hosts.standalone.graphql.mutations.order import OrderCancel, OrderRefund


class ShopMutations:
    """Mixed into Mutation."""

    account_register = AccountRegister.Field()
    confirm_account = ConfirmAccount.Field()
    token_create = TokenCreate.Field()
    account_delete = AccountDelete.Field()
    checkout_create = CheckoutCreate.Field()
    checkout_email_update = CheckoutEmailUpdate.Field()
    checkout_shipping_address_update = CheckoutShippingAddressUpdate.Field()
    checkout_delivery_method_update = CheckoutDeliveryMethodUpdate.Field()
    checkout_lines_update = CheckoutLinesUpdate.Field()
    checkout_add_promo_code = CheckoutAddPromoCode.Field()
    checkout_remove_promo_code = CheckoutRemovePromoCode.Field()
    checkout_complete = CheckoutComplete.Field()
    order_cancel = OrderCancel.Field()
    order_refund = OrderRefund.Field()
