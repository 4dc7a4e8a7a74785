"""What a shop's staff does to orders, for tests that watch the agent follow it."""

from typing import Any

from .vendure import VendureShop

REFUSED = "... on ErrorResult { errorCode message }"
ORDER = """id code state totalWithTax orderPlacedAt
    lines { id quantity productVariant { sku } }
    payments { id state amount refunds { id state total } }
    fulfillments { id state trackingCode }"""


def orders(shop: VendureShop, state: str = "", take: int = 20) -> list[dict[str, Any]]:
    """Give up to 100 orders, oldest first, of one state or of all."""
    options: dict[str, Any] = {"take": take, "sort": {"id": "ASC"}}
    if state:
        options["filter"] = {"state": {"eq": state}}
    data = shop.send(
        f"query ($options: OrderListOptions) {{ orders(options: $options) "
        f"{{ totalItems items {{ {ORDER} }} }} }}",
        {"options": options},
    )
    found: list[dict[str, Any]] = data["orders"]["items"]
    return found


def order(shop: VendureShop, order_id: str) -> dict[str, Any]:
    """Give one order as it stands now."""
    data = shop.send(
        f"query ($id: ID!) {{ order(id: $id) {{ {ORDER} }} }}", {"id": order_id}
    )
    found: dict[str, Any] = data["order"]
    return found


def fulfil(
    shop: VendureShop,
    order_id: str,
    *,
    tracking_code: str,
    carrier: str = "SF Express",
    delivered: bool = False,
) -> str:
    """Ship all lines of a paid order in one parcel; gives the fulfilment's id."""
    lines = [
        {"orderLineId": line["id"], "quantity": line["quantity"]}
        for line in order(shop, order_id)["lines"]
    ]
    data = shop.send(
        "mutation ($input: FulfillOrderInput!) "
        "{ addFulfillmentToOrder(input: $input) "
        f"{{ ... on Fulfillment {{ id }} {REFUSED} }} }}",
        {
            "input": {
                "lines": lines,
                "handler": {
                    "code": "manual-fulfillment",
                    "arguments": [
                        {"name": "method", "value": carrier},
                        {"name": "trackingCode", "value": tracking_code},
                    ],
                },
            }
        },
    )
    fulfilment_id = str(data["addFulfillmentToOrder"]["id"])
    move_fulfilment(shop, fulfilment_id, "Shipped")
    if delivered:
        move_fulfilment(shop, fulfilment_id, "Delivered")
    return fulfilment_id


def move_fulfilment(shop: VendureShop, fulfilment_id: str, state: str) -> None:
    """Bring a parcel to *Shipped*, *Delivered* or *Cancelled*."""
    shop.send(
        "mutation ($id: ID!, $state: String!) { "
        f"transitionFulfillmentToState(id: $id, state: $state) {{ {REFUSED} }} }}",
        {"id": fulfilment_id, "state": state},
    )


def refund(shop: VendureShop, order_id: str, amount: int, reason: str = "test") -> str:
    """Pay back an amount in the smallest unit; gives the refund's id."""
    payment = next(
        it for it in order(shop, order_id)["payments"] if it["state"] == "Settled"
    )
    data = shop.send(
        "mutation ($input: RefundOrderInput!) { refundOrder(input: $input) "
        f"{{ ... on Refund {{ id state }} {REFUSED} }} }}",
        {
            "input": {
                "paymentId": payment["id"],
                "amount": amount,
                "lines": [],
                "shipping": 0,
                "adjustment": 0,
                "reason": reason,
            }
        },
    )
    refund_id = str(data["refundOrder"]["id"])
    if data["refundOrder"]["state"] == "Pending":
        shop.send(
            "mutation ($input: SettleRefundInput!) "
            f"{{ settleRefund(input: $input) {{ {REFUSED} }} }}",
            {"input": {"id": refund_id, "transactionId": f"RF-{refund_id}"}},
        )
    return refund_id


def cancel(shop: VendureShop, order_id: str, reason: str = "test") -> None:
    """Cancel a whole order with its shipping."""
    shop.send(
        "mutation ($input: CancelOrderInput!) "
        f"{{ cancelOrder(input: $input) {{ {REFUSED} }} }}",
        {"input": {"orderId": order_id, "cancelShipping": True, "reason": reason}},
    )


def place(
    shop: VendureShop,
    *,
    customer_id: str,
    items: dict[str, int],
    method: str = "alipay",
) -> str:
    """Place and pay an order by staff; gives its id.

    Args:
        items: quantity by id of the product variant.
    """
    draft = shop.send("mutation { createDraftOrder { id } }")
    order_id = str(draft["createDraftOrder"]["id"])
    added = "\n".join(
        f"l{at}: addItemToDraftOrder(orderId: $order, input: {{ "
        f'productVariantId: "{variant}", quantity: {quantity} }}) {{ {REFUSED} }}'
        for at, (variant, quantity) in enumerate(items.items())
    )
    shop.send(
        f"""mutation ($order: ID!, $customer: ID!, $address: CreateAddressInput!) {{
            {added}
            who: setCustomerForDraftOrder(orderId: $order, customerId: $customer) {{
                {REFUSED} }}
            where: setDraftOrderShippingAddress(orderId: $order, input: $address) {{
                id }}
            how: setDraftOrderShippingMethod(
                orderId: $order, shippingMethodId: "1") {{ {REFUSED} }}
            step: transitionOrderToState(id: $order, state: "ArrangingPayment") {{
                {REFUSED} }} }}""",
        {
            "order": order_id,
            "customer": customer_id,
            "address": {
                "streetLine1": "南京西路 1",
                "city": "上海",
                "countryCode": "CN",
            },
        },
    )
    shop.send(
        "mutation ($input: ManualPaymentInput!) "
        "{ addManualPaymentToOrder(input: $input) "
        f"{{ ... on Order {{ id }} {REFUSED} }} }}",
        {
            "input": {
                "orderId": order_id,
                "method": method,
                "transactionId": f"T-{order_id}",
                "metadata": {},
            }
        },
    )
    return order_id
