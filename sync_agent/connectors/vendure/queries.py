"""What is asked of the admin API.

Orders and customers are looked at twice: a *look* at all that may have changed gives
ids and dates only, then the changed ones are fetched whole.
"""

from __future__ import annotations

_LAST_ENTRY = "history(options: {take: 1, sort: {createdAt: DESC}}) {items {createdAt}}"
_HISTORY = (
    "history(options: {take: 100, sort: {createdAt: DESC}}) "
    "{items {createdAt type data}}"
)
_ORDER_ADDRESS = (
    "fullName company streetLine1 streetLine2 city province postalCode countryCode "
    "phoneNumber"
)

ORDERS_LOOK = f"""
query OrdersLook($options: OrderListOptions!) {{
  orders(options: $options) {{
    totalItems
    items {{
      id type updatedAt
      payments {{ updatedAt refunds {{ updatedAt }} }}
      fulfillments {{ id updatedAt }}
      modifications {{ updatedAt }}
      {_LAST_ENTRY}
    }}
  }}
}}"""

ORDERS = f"""
query Orders($options: OrderListOptions!) {{
  orders(options: $options) {{
    items {{
      id code type state createdAt updatedAt orderPlacedAt currencyCode couponCodes
      total totalWithTax
      customer {{ id firstName lastName emailAddress phoneNumber }}
      billingAddress {{ {_ORDER_ADDRESS} }}
      shippingAddress {{ {_ORDER_ADDRESS} }}
      lines {{
        id quantity orderPlacedQuantity unitPrice linePrice
        proratedUnitPrice proratedUnitPriceWithTax
        proratedLinePrice proratedLinePriceWithTax
        productVariant {{ id sku name }}
      }}
      shippingLines {{
        discountedPrice discountedPriceWithTax shippingMethod {{ name code }}
      }}
      surcharges {{ description price priceWithTax }}
      payments {{
        id state method amount updatedAt
        refunds {{
          id state items shipping adjustment total reason createdAt updatedAt
          lines {{ orderLineId quantity }}
        }}
      }}
      modifications {{ updatedAt refund {{ id }} }}
      fulfillments {{ id state method trackingCode createdAt updatedAt }}
      {_HISTORY}
    }}
  }}
}}"""

CUSTOMERS_LOOK = f"""
query CustomersLook($options: CustomerListOptions!) {{
  customers(options: $options) {{
    totalItems
    items {{ id updatedAt addresses {{ updatedAt }} {_LAST_ENTRY} }}
  }}
}}"""

CUSTOMERS = f"""
query Customers($options: CustomerListOptions!) {{
  customers(options: $options) {{
    items {{
      id createdAt updatedAt firstName lastName emailAddress phoneNumber
      groups {{ name }}
      addresses {{
        updatedAt fullName company streetLine1 streetLine2 city province postalCode
        phoneNumber defaultShippingAddress defaultBillingAddress country {{ code }}
      }}
      {_LAST_ENTRY}
    }}
  }}
}}"""

VARIANTS_LOOK = """
query VariantsLook($options: ProductVariantListOptions!) {
  productVariants(options: $options) {
    totalItems
    items { id updatedAt product { updatedAt } }
  }
}"""

VARIANTS = """
query Variants($options: ProductVariantListOptions!) {
  productVariants(options: $options) {
    totalItems
    items {
      id sku name enabled price currencyCode updatedAt
      product {
        id enabled updatedAt
        collections { name breadcrumbs { name } }
      }
    }
  }
}"""

PRODUCTS_LOOK = """
query ProductsLook($options: ProductListOptions!) {
  products(options: $options) { totalItems items { id updatedAt } }
}"""

LOGIN = """
mutation Login($username: String!, $password: String!) {
  login(username: $username, password: $password) {
    __typename
    ... on ErrorResult { errorCode message }
  }
}"""

CHANNEL = """
query Channel {
  activeChannel { code token }
}"""

MONEY_PLACES = """
query MoneyPlaces {
  globalSettings { serverConfig { moneyStrategyPrecision } }
}"""

COUNTS = {
    "orders": "query Count { orders(options: {take: 1}) { totalItems } }",
    "customers": "query Count { customers(options: {take: 1}) { totalItems } }",
    "products": "query Count { productVariants(options: {take: 1}) { totalItems } }",
}
