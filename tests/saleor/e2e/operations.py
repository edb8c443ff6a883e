"""What storefronts and staff say to Saleor."""

ADDRESS = {
    "firstName": "Ana",
    "lastName": "Pérez",
    "streetAddress1": "1600 Amphitheatre Parkway",
    "city": "Mountain View",
    "countryArea": "CA",
    "country": "US",
    "postalCode": "94043",
    "phone": "+16502530000",
}
TOKEN = """
mutation($email: String!, $password: String!) {
  tokenCreate(email: $email, password: $password) { token errors { field message code } }
}"""
REGISTER = """
mutation($input: AccountRegisterInput!) {
  accountRegister(input: $input) { requiresConfirmation user { id } errors { field message code } }
}"""
CONFIRM = """
mutation($email: String!, $proof: String!) {
  confirmAccount(email: $email, token: $proof) { user { id } errors { field message code } }
}"""
PRODUCTS = """
query($channel: String!) {
  products(first: 20, channel: $channel, where: {isAvailable: true, stockAvailability: IN_STOCK}) {
    edges { node { isAvailableForPurchase productType { isShippingRequired }
      variants { id quantityAvailable pricing { price { gross { amount } } } } } }
  }
}"""
HOLD_OUT = """
mutation($share: Float!) {
  relationshipShopControlUpdate(share: $share) {
    shopControl { share periods { endsAt } } errors { field message code }
  }
}"""
SHOP_CONTROL = "{ relationshipShopControl { periods { treated control } } }"
SHIPPING = """
{ shippingZones(first: 100) { edges { node { id warehouses { id } shippingMethods { id } } } } }"""
VARIANT = "query($id: ID!) { productVariant(id: $id) { product { id } } }"
CHANNEL_CREATE = """
mutation($input: ChannelCreateInput!) {
  channelCreate(input: $input) { channel { id } errors { field message code } }
}"""
LIST_PRODUCT = """
mutation($product: ID!, $channel: ID!) {
  productChannelListingUpdate(id: $product, input: {
    updateChannels: [{channelId: $channel, isPublished: true, isAvailableForPurchase: true}]
  }) { errors { field message code } }
}"""
LIST_VARIANT = """
mutation($variant: ID!, $channel: ID!) {
  productVariantChannelListingUpdate(id: $variant, input: [{channelId: $channel, price: 40}]) {
    errors { field message code }
  }
}"""
LIST_DELIVERY = """
mutation($method: ID!, $channel: ID!) {
  shippingMethodChannelListingUpdate(id: $method, input: {addChannels: [{channelId: $channel, price: 5}]}) {
    errors { field message code }
  }
}"""
CHECKOUT_CREATE = """
mutation($input: CheckoutCreateInput!) {
  checkoutCreate(input: $input) { checkout { id token } errors { field message code } }
}"""
LINES_UPDATE = """
mutation($id: ID!, $lines: [CheckoutLineUpdateInput!]!) {
  checkoutLinesUpdate(id: $id, lines: $lines) { errors { field message code } }
}"""
LINES_ADD = """
mutation($id: ID!, $lines: [CheckoutLineInput!]!) {
  checkoutLinesAdd(id: $id, lines: $lines) { errors { field message code } }
}"""
STAFF_TASKS = """
{ relationshipStaffTasks(first: 100) { edges { node { id kind state note profile { email } } } } }"""
STAFF_TASK_FINISH = """
mutation($id: ID!) {
  relationshipStaffTaskFinish(id: $id) { staffTask { state endedBy } errors { field message code } }
}"""
DELIVERIES = """
mutation($id: ID!) {
  deliveryOptionsCalculate(id: $id) {
    deliveries { id shippingMethod { active price { amount } } } errors { field message code }
  }
}"""
DELIVERY = """
mutation($id: ID!, $method: ID!) {
  checkoutDeliveryMethodUpdate(id: $id, deliveryMethodId: $method) {
    checkout { totalPrice { gross { amount currency } } } errors { field message code }
  }
}"""
CHECKOUT = """
query($id: ID!) {
  checkout(id: $id) { voucherCode discount { amount } totalPrice { gross { amount currency } } }
}"""
ADD_CODE = """
mutation($id: ID!, $code: String!) {
  checkoutAddPromoCode(id: $id, promoCode: $code) {
    checkout { totalPrice { gross { amount } } } errors { field message code }
  }
}"""
PAYMENT = """
mutation($id: ID!, $input: PaymentInput!) {
  checkoutPaymentCreate(id: $id, input: $input) { payment { id } errors { field message code } }
}"""
TRANSACTION = """
mutation($id: ID!, $transaction: TransactionCreateInput!) {
  transactionCreate(id: $id, transaction: $transaction) { transaction { token } errors { field message code } }
}"""
REFUND = """
mutation($transaction: UUID!, $amount: PositiveDecimal!, $psp: String!) {
  transactionEventReport(token: $transaction, type: REFUND_SUCCESS, amount: $amount, pspReference: $psp) {
    errors { field message code }
  }
}"""
COMPLETE = """
mutation($id: ID!) {
  checkoutComplete(id: $id) {
    order { id number total { gross { amount } } } errors { field message code }
  }
}"""
ORDER_LINES = """
query($id: ID!) { order(id: $id) { lines { id quantity variant { stocks { warehouse { id } quantity } } } } }"""
FULFIL = """
mutation($id: ID!, $lines: [OrderFulfillLineInput!]!) {
  orderFulfill(order: $id, input: {lines: $lines, notifyCustomer: false, allowStockToBeExceeded: true}) {
    fulfillments { id } errors { field message code }
  }
}"""
FULFILMENT_CANCEL = """
mutation($id: ID!) { orderFulfillmentCancel(id: $id, input: {}) { errors { field message code } } }"""
EXCLUDE = """
mutation($input: RelationshipExclusionInput!) {
  relationshipExclusionCreate(input: $input) { exclusion { id } errors { field message code } }
}"""
EXCLUSION_DELETE = """
mutation($id: ID!) { relationshipExclusionDelete(id: $id) { errors { field message code } } }"""
CONTACT_POLICY = """
mutation($input: RelationshipContactPolicyInput!) {
  relationshipContactPolicyUpdate(input: $input) { contactPolicy { quietFrom } errors { field message code } }
}"""
CONTACT_NOTE = """
mutation($id: ID!, $kind: RelationshipContactKindEnum!, $at: String, $commercial: Boolean, $stars: Int) {
  relationshipContactNote(id: $id, kind: $kind, at: $at, commercial: $commercial, stars: $stars) {
    contact { kind } errors { field message code }
  }
}"""
CONSENT = """
mutation($text: String!) {
  relationshipConsentUpdate(granted: true, text: $text, language: "en") { errors { field message code } }
}"""
CANCEL = "mutation($id: ID!) { orderCancel(id: $id) { errors { field message code } } }"
DELETE_CUSTOMER = "mutation($id: ID!) { customerDelete(id: $id) { errors { field message code } } }"
MY_RELATIONSHIP = """
{ me { id relationship { stage since purchases rhythm { typicalDays expectedNextOrder { from until } }
  offers { code kind value expiresAt } } } }"""
PROFILE = """
query($id: ID!) { user(id: $id) { relationship { stage kept { amount currency } } } }"""
PLUGIN = """
{ plugin(id: "saleor_relacional") { id name globalConfiguration { active configuration { name value } } } }"""
PLUGIN_UPDATE = """
mutation($input: PluginUpdateInput!) {
  pluginUpdate(id: "saleor_relacional", input: $input) {
    plugin { globalConfiguration { active configuration { name value } } } errors { field message code }
  }
}"""
EXTENSIONS = """
{ apps(first: 100, filter: {type: THIRDPARTY}) {
    edges { node { name extensions { identifier mountName targetName url accessToken } } } } }"""
CAMPAIGN = "query($id: ID!) { relationshipCampaign(id: $id) { name state } }"
CAMPAIGN_CREATE = """
mutation($input: RelationshipCampaignInput!) {
  relationshipCampaignCreate(input: $input) {
    campaign { id terms { steps { message waitDays discount } } } errors { field message code }
  }
}"""
CAMPAIGN_UPDATE = """
mutation($id: ID!, $input: RelationshipCampaignTermsInput!) {
  relationshipCampaignUpdate(id: $id, input: $input) { campaign { id } errors { field message code } }
}"""
CAMPAIGN_MISSING = """
query($id: ID!) { relationshipCampaign(id: $id) { state missing { code message field } } }"""
SENDER = """
mutation($input: RelationshipSenderInput!) {
  relationshipSenderUpdate(input: $input) { sender { name } errors { field message code } }
}"""
POLICY = """
mutation($input: RelationshipPolicyInput!) {
  relationshipPolicyUpdate(input: $input) { policy { dailyCapacity } errors { field message code } }
}"""
PLAN = """
query($id: ID!) { user(id: $id) { relationship { plan { kind state reason when } } } }"""
CAMPAIGN_ACTIVATE = """
mutation($id: ID!) {
  relationshipCampaignActivate(id: $id) { campaign { state } errors { field message code } }
}"""
CAMPAIGN_PAUSE = """
mutation($id: ID!) { relationshipCampaignPause(id: $id) { campaign { state } errors { field message code } } }"""
CAMPAIGN_FINISH = """
mutation($id: ID!) { relationshipCampaignFinish(id: $id) { campaign { state } errors { field message code } } }"""
CAMPAIGN_PAST = """
query($id: ID!) {
  relationshipCampaign(id: $id) { state history { what who } missing { code message } terms { controlShare } }
}"""
SEGMENT_CREATE = """
mutation($name: String!, $rule: RelationshipRule!) {
  relationshipSegmentCreate(name: $name, rule: $rule) { segment { id } errors { field message code } }
}"""
SEGMENT_DELETE = """
mutation($id: ID!) { relationshipSegmentDelete(id: $id) { segment { id } errors { field message code } } }"""
CALENDAR_REFRESH = "mutation { relationshipCalendarRefresh { beingMade errors { code } } }"
CALENDAR = """
{ relationshipCalendar { asOf beingMade days { day treated campaigns { campaign { id } treated waiting } } } }"""
CALENDAR_ENTRIES = """
query($campaign: ID) {
  relationshipCalendarEntries(first: 100, campaign: $campaign) { day arm what why profile { email } }
}"""
