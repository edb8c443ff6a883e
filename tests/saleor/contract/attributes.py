"""The part of the driver that is about what Saleor's own pages show: customer attributes, which it has from 3.23.26 on,
and vouchers."""

from typing import Any

import graphene
from saleor.attribute import AttributeType
from saleor.attribute.models import Attribute, AttributeValue
from saleor.discount.models import VoucherCode
from saleor.graphql.tests.fixtures import ApiClient

WHERE = """
query($slug: String!, $value: String!) {
  customers(first: 100, where: {attributes: [{slug: $slug, value: {slug: {eq: $value}}}]}) {
    edges { node { id } } } }"""
CREATE = """
mutation($input: AttributeCreateInput!) {
  attributeCreate(input: $input) { attribute { id } errors { field message code } } }"""
ASSIGN = """
mutation($type: ID!, $attributes: [ID!]!) {
  customerTypeAssignAttributes(customerTypeId: $type, attributeIds: $attributes) { errors { field message } } }"""
UPDATE = """
mutation($id: ID!, $input: CustomerInput!) {
  customerUpdate(id: $id, input: $input) { user { id } errors { field message code } } }"""
VALUE = """
mutation($attribute: ID!, $name: String!) {
  attributeValueCreate(attribute: $attribute, input: {name: $name}) { errors { field message code } } }"""
DELETE = "mutation($id: ID!) { attributeDelete(id: $id) { errors { field message code } } }"
DELETE_VALUE = "mutation($id: ID!) { attributeValueDelete(id: $id) { errors { field message code } } }"


class CustomerAttributes:
    """See tests/hosts/driver.py. Part of SaleorShop."""

    def customers_where(self, attribute: str, value: str) -> set[str]:
        found = self._post(self._boss_client(), WHERE, slug=attribute, value=value)["customers"]["edges"]
        return {graphene.Node.from_global_id(edge["node"]["id"])[1] for edge in found}

    def attribute_slugs(self) -> set[str]:
        return set(Attribute.objects.filter(type=AttributeType.CUSTOMER_TYPE).values_list("slug", flat=True))

    def own_value(self, customer: str, attribute: str, value: str) -> None:
        # Here, because an older Saleor has no such model.
        from saleor.account.models import CustomerType

        boss = self._boss_client()
        row = Attribute.objects.filter(slug=attribute).first()
        if row is None:
            given = {
                "name": attribute, "slug": attribute, "type": "CUSTOMER_TYPE", "inputType": "DROPDOWN",
                "values": [{"name": value}],
            }  # fmt: skip
            made = self._ask(boss, CREATE, input=given)["attribute"]["id"]
            kind = graphene.Node.to_global_id("CustomerType", CustomerType.objects.get(is_default=True).pk)
            self._ask(boss, ASSIGN, type=kind, attributes=[made])
        else:
            made = graphene.Node.to_global_id("Attribute", row.pk)
            self._ask(boss, VALUE, attribute=made, name=value)
        several = row is not None and row.input_type == "multiselect"
        told = {"multiselect": [{"value": value}]} if several else {"dropdown": {"value": value}}
        wanted = {"attributes": [{"id": made, **told}]}
        self._ask(boss, UPDATE, id=graphene.Node.to_global_id("User", customer), input=wanted)

    def delete_attribute(self, attribute: str) -> None:
        made = graphene.Node.to_global_id("Attribute", Attribute.objects.get(slug=attribute).pk)
        self._ask(self._boss_client(), DELETE, id=made)

    def delete_value(self, attribute: str, value: str) -> None:
        found = AttributeValue.objects.get(attribute__slug=attribute, slug=value)
        self._ask(
            self._boss_client(), DELETE_VALUE, id=graphene.Node.to_global_id("AttributeValue", found.pk)
        )

    def voucher_of(self, code: str) -> str:
        return str(VoucherCode.objects.get(code=code).voucher_id)

    # -- of SaleorShop
    def _boss_client(self) -> ApiClient:
        raise NotImplementedError

    def _ask(self, client: ApiClient, query: str, **variables: Any) -> Any:
        raise NotImplementedError

    def _post(self, client: ApiClient, query: str, **variables: Any) -> Any:
        raise NotImplementedError
