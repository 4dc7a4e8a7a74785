"""What is asked of the Admin API; every query is checked against Shopify's schema.

Lists are looked through first (ids and dates, cheap), then whole records are fetched by
id: the cost of a question grows with all that it might bring, and one that asks for
whole lists of whole orders is refused.
"""

from __future__ import annotations

_BAG = "shopMoney { amount } presentmentMoney { amount }"
_ADDRESS = (
    "firstName lastName company address1 address2 city zip province provinceCode "
    "countryCodeV2 phone"
)
_BUYER = (
    "id firstName lastName defaultEmailAddress { emailAddress } "
    "defaultPhoneNumber { phoneNumber }"
)
_PAGE = "pageInfo { hasNextPage endCursor }"
_TAXES = f"taxLines {{ priceSet {{ {_BAG} }} }}"

LINE = f"""
  id name title sku quantity
  variant {{ id }}
  originalUnitPriceSet {{ {_BAG} }}
  originalTotalSet {{ {_BAG} }}
  discountAllocations {{ allocatedAmountSet {{ {_BAG} }} }}
  {_TAXES}
  duties {{ price {{ {_BAG} }} {_TAXES} }}
"""
SHIPPING = f"title discountedPriceSet {{ {_BAG} }} {_TAXES}"
REFUND_LINE = f"""
  quantity
  subtotalSet {{ {_BAG} }}
  totalTaxSet {{ {_BAG} }}
  lineItem {{ id name sku variant {{ id }} }}
"""
REFUND_SHIPPING = (
    f"subtotalAmountSet {{ {_BAG} }} taxAmountSet {{ {_BAG} }}"  # of a refund
)
ADJUSTMENT = f"amountSet {{ {_BAG} }} taxAmountSet {{ {_BAG} }}"
EVENT = "status happenedAt createdAt message city province country"

REFUND = f"""
  id createdAt processedAt updatedAt note
  totalRefundedSet {{ {_BAG} }}
  duties {{ amountSet {{ {_BAG} }} }}
  refundLineItems(first: $few) {{ nodes {{ {REFUND_LINE} }} {_PAGE} }}
  refundShippingLines(first: $few) {{ nodes {{ {REFUND_SHIPPING} }} {_PAGE} }}
  orderAdjustments(first: $few) {{ nodes {{ {ADJUSTMENT} }} {_PAGE} }}
"""
_PARCEL_FIELDS = """
  id status displayStatus createdAt updatedAt inTransitAt deliveredAt
  estimatedDeliveryAt
  trackingInfo { company number url }
"""
PARCEL = f"""
  {_PARCEL_FIELDS}
  events(first: $few) {{ nodes {{ {EVENT} }} {_PAGE} }}
"""
_ORDER_FIELDS = f"""
  id name test createdAt processedAt updatedAt cancelledAt closed
  displayFinancialStatus displayFulfillmentStatus
  currencyCode presentmentCurrencyCode taxesIncluded dutiesIncluded
  email phone note sourceName paymentGatewayNames discountCodes
  customer {{ {_BUYER} }}
  billingAddress {{ {_ADDRESS} }}
  shippingAddress {{ {_ADDRESS} }}
  totalPriceSet {{ {_BAG} }}
  totalTaxSet {{ {_BAG} }}
  totalTipReceivedSet {{ {_BAG} }}
  totalReceivedSet {{ {_BAG} }}
  totalRefundedSet {{ {_BAG} }}
  additionalFees {{ name price {{ {_BAG} }} {_TAXES} }}
  customerJourneySummary {{
    lastVisit {{ source utmParameters {{ source medium campaign }} }}
  }}
"""

ORDERS = f"""
query Orders($ids: [ID!]!, $lines: Int!, $few: Int!) {{
  nodes(ids: $ids) {{
    ... on Order {{
      {_ORDER_FIELDS}
      transactions(first: $few) {{ kind status processedAt }}
      lineItems(first: $lines) {{ nodes {{ {LINE} }} {_PAGE} }}
      shippingLines(first: $few) {{ nodes {{ {SHIPPING} }} {_PAGE} }}
      refunds(first: $few) {{ {REFUND} }}
      fulfillments(first: $few) {{ {PARCEL} }}
    }}
  }}
}}"""

BULK_ORDERS = f"""{{
  orders(sortKey: ID) {{
    edges {{
      node {{
        __typename
        {_ORDER_FIELDS}
        transactions {{ kind status processedAt }}
        lineItems {{ edges {{ node {{ __typename {LINE} }} }} }}
        shippingLines {{ edges {{ node {{ __typename {SHIPPING} }} }} }}
        refunds {{ id updatedAt }}
        fulfillments {{ {_PARCEL_FIELDS} }}
      }}
    }}
  }}
}}"""

REFUNDS = f"""
query Refunds($ids: [ID!]!, $few: Int!) {{
  nodes(ids: $ids) {{ ... on Refund {{ {REFUND} }} }}
}}"""

PARCELS = f"""
query Parcels($ids: [ID!]!, $few: Int!) {{
  nodes(ids: $ids) {{ ... on Fulfillment {{ {PARCEL} }} }}
}}"""

ORDERS_OF_PARCELS = """
query OrdersOfParcels($ids: [ID!]!) {
  nodes(ids: $ids) { ... on Fulfillment { id order { id } } }
}"""

CHILDREN = """
query Children($id: ID!) {
  node(id: $id) {
    ... on Order { refunds(first: 250) { id } fulfillments(first: 250) { id } }
  }
}"""

CUSTOMERS = f"""
query Customers($ids: [ID!]!, $lines: Int!) {{
  nodes(ids: $ids) {{
    ... on Customer {{
      id createdAt updatedAt firstName lastName locale note tags
      defaultEmailAddress {{ emailAddress marketingState }}
      defaultPhoneNumber {{ phoneNumber }}
      defaultAddress {{ id }}
      addressesV2(first: $lines) {{ nodes {{ id {_ADDRESS} }} {_PAGE} }}
    }}
  }}
}}"""
CUSTOMER_ADDRESS = f"id {_ADDRESS}"

VARIANT = """
  id title sku barcode price updatedAt
  inventoryItem { unitCost { amount currencyCode } }
  product { id title status productType updatedAt category { fullName } }
"""
VARIANTS = f"""
query Variants($ids: [ID!]!) {{
  nodes(ids: $ids) {{ ... on ProductVariant {{ {VARIANT} }} }}
}}"""
PRODUCTS = f"""
query Products($ids: [ID!]!, $lines: Int!) {{
  nodes(ids: $ids) {{
    ... on Product {{
      id
      variants(first: $lines) {{ nodes {{ {VARIANT} }} {_PAGE} }}
    }}
  }}
}}"""

CART_LINE = f"""
  title sku quantity variant {{ id }}
  discountedTotalPriceSet {{ {_BAG} }}
"""
CARTS = f"""
query Carts($ids: [ID!]!, $lines: Int!) {{
  nodes(ids: $ids) {{
    ... on AbandonedCheckout {{
      id createdAt updatedAt completedAt abandonedCheckoutUrl
      customer {{ {_BUYER} }}
      billingAddress {{ firstName lastName phone }}
      totalPriceSet {{
        shopMoney {{ amount currencyCode }} presentmentMoney {{ amount currencyCode }}
      }}
      lineItems(first: $lines) {{ nodes {{ {CART_LINE} }} {_PAGE} }}
    }}
  }}
}}"""


def look(root: str, fields: str = "") -> str:
    """Return the query that looks through a list in the order of its ids."""
    name = root[0].upper() + root[1:]
    return f"""
query {name}Look($first: Int!, $query: String) {{
  {root}(first: $first, query: $query, sortKey: ID) {{
    nodes {{ id updatedAt {fields} }}
    pageInfo {{ hasNextPage }}
  }}
}}"""


ORDERS_LOOK = look("orders", "test")
CHANGES_LOOK = look(
    "orders",
    "test refunds(first: 10) { updatedAt } "
    "fulfillments(first: 10) { updatedAt events(first: 1, reverse: true) "
    "{ nodes { createdAt } } }",
).replace("OrdersLook", "ChangesLook")
CUSTOMERS_LOOK = look("customers")
PRODUCTS_LOOK = look("products")
CARTS_LOOK = look("abandonedCheckouts", "completedAt")


def count(root: str) -> str:
    """Return the query for the length of a list."""
    return f"query Count {{ {root}Count(limit: null) {{ count }} }}"


def more(kind: str, field: str, fields: str) -> str:
    """Return the query for a further page of a list inside a record."""
    return f"""
query More($id: ID!, $first: Int!, $after: String) {{
  node(id: $id) {{
    ... on {kind} {{
      {field}(first: $first, after: $after) {{ nodes {{ {fields} }} {_PAGE} }}
    }}
  }}
}}"""


SHOP = """
query Shop {
  shop { name currencyCode createdAt }
  currentAppInstallation { accessScopes { handle } }
}"""

BULK_RUN = """
mutation BulkRun($query: String!) {
  bulkOperationRunQuery(query: $query, groupObjects: true) {
    bulkOperation { id }
    userErrors { code message }
  }
}"""
BULK_STATE = """
query BulkState($id: ID!) {
  node(id: $id) {
    ... on BulkOperation {
      id status errorCode url partialDataUrl objectCount rootObjectCount
    }
  }
}"""
BULK_LIST = """
query BulkList {
  bulkOperations(first: 10, reverse: true, query: "operation_type:query") {
    nodes { id status query }
  }
}"""
BULK_CANCEL = """
mutation BulkCancel($id: ID!) {
  bulkOperationCancel(id: $id) { userErrors { message } }
}"""
