"""The contract that every host keeps, told as stories. A host's tests subclass `HostContract` (see
contract_*.py) and
provide the fixture `shop`: a driver (tests/hosts/driver.py) of a shop that has a channel "eur" in EUR and
nobody in it."""

from tests.hosts.contract_activity import ActivityContract
from tests.hosts.contract_attributes import AttributesContract
from tests.hosts.contract_costs import CostsContract
from tests.hosts.contract_facts import FactsContract
from tests.hosts.contract_goods import GoodsContract
from tests.hosts.contract_offers import OffersContract
from tests.hosts.contract_people import PeopleContract
from tests.hosts.contract_place import PlaceContract
from tests.hosts.contract_terms import VoucherTermsContract
from tests.hosts.contract_vouchers import VouchersContract


class HostContract(
    FactsContract,
    CostsContract,
    AttributesContract,
    ActivityContract,
    VouchersContract,
    VoucherTermsContract,
    GoodsContract,
    OffersContract,
    PeopleContract,
    PlaceContract,
):
    """All of it."""
