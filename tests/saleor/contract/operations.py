"""What the driver says to Saleor's API."""

ADDRESS = {
    "firstName": "Ana",
    "lastName": "Pérez",
    "streetAddress1": "Calle Mayor 1",
    "city": "Madrid",
    "country": "ES",
    "countryArea": "Madrid",
    "postalCode": "28013",
}
ADDRESSES = {
    "ES": ADDRESS,
    "FR": {**ADDRESS, "country": "FR", "city": "Paris", "countryArea": "", "postalCode": "75001"},
}
ADDRESS_ROW = {
    "first_name": "Ana",
    "last_name": "Pérez",
    "street_address_1": "Calle Mayor 1",
    "city": "Madrid",
    "country": "ES",
    "country_area": "Madrid",
    "postal_code": "28013",
}

CHECKOUT_CREATE = """
mutation($input: CheckoutCreateInput!) {
  checkoutCreate(input: $input) {
    checkout { id token totalPrice { gross { amount } } }
    errors { field message code }
  }
}"""
CHECKOUT = "query($id: ID!) { checkout(id: $id) { totalPrice { gross { amount currency } } voucherCode } }"
LINES_UPDATE = """
mutation($id: ID!, $lines: [CheckoutLineUpdateInput!]!) {
  checkoutLinesUpdate(id: $id, lines: $lines) { errors { field message code } }
}"""
LINES_ADD = """
mutation($id: ID!, $lines: [CheckoutLineInput!]!) {
  checkoutLinesAdd(id: $id, lines: $lines) { errors { field message code } }
}"""
SHIPPING_ADDRESS = """
mutation($id: ID!, $address: AddressInput!) {
  checkoutShippingAddressUpdate(id: $id, shippingAddress: $address) { errors { field message code } }
}"""
DELIVERIES = """
mutation($id: ID!) {
  deliveryOptionsCalculate(id: $id) { deliveries { id shippingMethod { active } } errors { field message code } }
}"""
DELIVERY = """
mutation($id: ID!, $method: ID!) {
  checkoutDeliveryMethodUpdate(id: $id, deliveryMethodId: $method) { errors { field message code } }
}"""
SET_EMAIL = """
mutation($id: ID!, $email: String!) {
  checkoutEmailUpdate(id: $id, email: $email) { errors { field message code } }
}"""
ADD_CODE = """
mutation($id: ID!, $code: String!) {
  checkoutAddPromoCode(id: $id, promoCode: $code) {
    checkout { totalPrice { gross { amount } } } errors { field message code }
  }
}"""
REMOVE_CODE = """
mutation($id: ID!, $code: String!) {
  checkoutRemovePromoCode(id: $id, promoCode: $code) {
    checkout { totalPrice { gross { amount } } } errors { field message code }
  }
}"""
COMPLETE = """
mutation($id: ID!) {
  checkoutComplete(id: $id) { order { id number total { gross { amount } } } errors { field message code } }
}"""
TRANSACTION_CREATE = """
mutation($id: ID!, $transaction: TransactionCreateInput!) {
  transactionCreate(id: $id, transaction: $transaction) { transaction { token } errors { field message code } }
}"""
TRANSACTION_REPORT = """
mutation($token: UUID!, $amount: PositiveDecimal!, $psp: String!) {
  transactionEventReport(token: $token, type: REFUND_SUCCESS, amount: $amount, pspReference: $psp) {
    errors { field message code }
  }
}"""
ORDER_CANCEL = "mutation($id: ID!) { orderCancel(id: $id) { errors { field message code } } }"
FULFIL = """
mutation($order: ID!, $input: OrderFulfillInput!) {
  orderFulfill(order: $order, input: $input) { errors { field message code } }
}"""
RETURN = """
mutation($order: ID!, $input: OrderReturnProductsInput!) {
  orderFulfillmentReturnProducts(order: $order, input: $input) { errors { field message code } }
}"""
DRAFT_COMPLETE = "mutation($id: ID!) { draftOrderComplete(id: $id) { errors { field message code } } }"
CUSTOMER_DELETE = "mutation($id: ID!) { customerDelete(id: $id) { errors { field message code } } }"
CONFIRM = """
mutation($email: String!, $token: String!, $password: String!) {
  confirmAccount(email: $email, token: $token, password: $password) { errors { field message code } }
}"""
