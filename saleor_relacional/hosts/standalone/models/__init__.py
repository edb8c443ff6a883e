"""What the shop keeps. Every write of a customer, checkout or order moves its `changed_at` to the shop's
clock."""

from saleor_relacional.hosts.standalone.models.attributes import (
    CustomerAttribute,
    CustomerAttributeValue,
    CustomerValue,
)
from saleor_relacional.hosts.standalone.models.catalogue import (
    Category,
    Channel,
    Collection,
    Price,
    Product,
    Variant,
)
from saleor_relacional.hosts.standalone.models.people import AppAccount, Customer
from saleor_relacional.hosts.standalone.models.place import Shop
from saleor_relacional.hosts.standalone.models.sales import (
    Checkout,
    CheckoutLine,
    Order,
    OrderLine,
    Refund,
    Status,
)
from saleor_relacional.hosts.standalone.models.vouchers import Voucher, VoucherCode, VoucherListing

__all__ = [
    "AppAccount",
    "Category",
    "Channel",
    "Checkout",
    "CheckoutLine",
    "Collection",
    "Customer",
    "CustomerAttribute",
    "CustomerAttributeValue",
    "CustomerValue",
    "Order",
    "OrderLine",
    "Price",
    "Product",
    "Refund",
    "Shop",
    "Status",
    "Variant",
    "Voucher",
    "VoucherCode",
    "VoucherListing",
]
