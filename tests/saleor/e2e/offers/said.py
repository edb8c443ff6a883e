"""What the player says to Saleor's API besides tests/saleor/e2e/operations.py."""

OFFERS = """
query($id: ID!) { me { relationship {
  offers(checkoutId: $id) { code takesOff { amount } whyNot missing { amount } applied } } } }"""
APPLY = """
mutation($id: ID!, $code: String) {
  relationshipOfferApply(checkoutId: $id, code: $code) {
    offer { code takesOff { amount } applied } errors { field message code } } }"""
REMOVE_CODE = """
mutation($id: ID!, $code: String!) {
  checkoutRemovePromoCode(id: $id, promoCode: $code) { errors { field message code } }
}"""
SHIPPING_ADDRESS = """
mutation($id: ID!, $address: AddressInput!) {
  checkoutShippingAddressUpdate(id: $id, shippingAddress: $address) { errors { field message code } }
}"""
IN_IT = "query($id: ID!) { checkout(id: $id) { voucherCode lines { variant { id } quantity } } }"
