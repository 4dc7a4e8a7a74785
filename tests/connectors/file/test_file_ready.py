"""The ready mappings read what the platforms export, masks and odd columns and all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sync_agent.connectors.file import open_files
from sync_agent.connectors.file.mapping import load_mapping, ready_mappings
from sync_agent.errors import ConfigError
from sync_agent.records import BadRecord

STARTED = datetime(2026, 11, 21, 12, tzinfo=UTC)

Import = Callable[..., dict[str, dict[str, Any]]]


@pytest.fixture
def imported(tmp_path: Path) -> Import:
    """Import files with a ready mapping; ``kind:id`` -> data, all of them readable."""

    def imported(name: str, **files: str | bytes) -> dict[str, dict[str, Any]]:
        paths = []
        for stem, content in files.items():
            path = tmp_path / f"{stem}.csv"
            data = content if isinstance(content, bytes) else content.encode()
            path.write_bytes(data)
            paths.append(path)
        return _read(name, paths)

    return imported


def _read(name: str, paths: Sequence[Path]) -> dict[str, dict[str, Any]]:
    items = [
        item
        for stream in open_files(paths, Path(name)).streams()
        for page in stream.read(None, full=False, started=STARTED)
        for item in page.items
    ]
    bad = [(item.path, item.reason) for item in items if isinstance(item, BadRecord)]
    assert bad == []
    wires = [item.to_wire() for item in items]
    return {f"{wire['kind']}:{wire['external_id']}": wire["data"] for wire in wires}


def _parts(order: dict[str, Any]) -> Decimal:
    parts = [*order["lines"], *order.get("charges", ())]
    return sum((Decimal(part["total"]) for part in parts), Decimal(0))


TAOBAO_HEADS = (
    "订单编号,买家会员名,买家支付宝账号,买家应付货款,买家应付邮费,总金额,"
    "买家实际支付金额,订单状态,买家留言,收货人姓名,收货地址,联系电话,联系手机,"
    "订单创建时间,订单付款时间,宝贝标题,宝贝总数量,物流单号,物流公司,退款金额\n"
)
TAOBAO = TAOBAO_HEADS + (
    '="1930679858170647",幸福1627,84***@qq.com,598,10,608,608,交易成功,,马慧,'
    "吉林省 通化市 柳河县 紫御府7号楼(135300),,'18618486065,"
    "2016/5/23 22:02,2016/5/23 22:03,护肤套装，茶杯,3,773012345,申通快递,无退款申请\n"
    '="1930679858170648",t**8,,88,0,88,80,"买家已付款，等待卖家发货",,李**,'
    "上海 上海市 徐汇区 ***路,,'138****1234,"
    "2016-05-24 08:00:00,2016-05-24 08:00:09,茶叶,1,,,0\n"
)
TAOBAO_LINES = (
    "订单编号,标题,价格,购买数量,外部系统编号,商品属性,套餐信息,备注,订单状态,商家编码\n"
    '="1930679858170647",护肤套装,250,2,SKIN-1,,,,交易成功,SKIN-1\n'
    '="1930679858170647",茶杯,120,1,,,,,交易成功,\n'
)


def test_taobao_orders_take_their_lines_from_the_second_file(imported: Import) -> None:
    """Demand 18: what the two reports of a Taobao shop hold becomes one order."""
    found = imported(
        "taobao",
        ExportOrderList201605=TAOBAO.encode("gb18030"),
        ExportOrderDetailList201605=TAOBAO_LINES.encode("gb18030"),
    )
    order = found["order:1930679858170647"]
    assert [(line["name"], line["quantity"]) for line in order["lines"]] == [
        ("护肤套装", "2"),
        ("茶杯", "1"),
    ]
    assert order["lines"][0]["sku"] == "SKIN-1"
    assert order["state"] == "completed"
    assert order["ordered_at"] == "2016-05-23T14:02:00Z"
    assert order["customer"] == {
        "external_id": "幸福1627",
        "name": "马慧",
        "phone": "18618486065",
    }
    assert order["shipping"]["state"] == "吉林省"
    assert order["shipping"]["city"] == "通化市"
    assert _parts(order) == Decimal(order["total"]) == Decimal(608)
    discount = [c for c in order["charges"] if c["kind"] == "discount"]
    assert [Decimal(charge["total"]) for charge in discount] == [Decimal(-22)]


def test_a_taobao_report_alone_gives_one_line_an_order(imported: Import) -> None:
    found = imported("taobao", ExportOrderList=TAOBAO.encode("gb18030"))
    order = found["order:1930679858170647"]
    assert [line["name"] for line in order["lines"]] == ["护肤套装，茶杯"]
    assert _parts(order) == Decimal(608)


def test_a_masked_buyer_makes_no_customer_of_many(imported: Import) -> None:
    """Demand 18: ``138****1234`` is many people, and never an identity."""
    found = imported("taobao", ExportOrderList=TAOBAO.encode("gb18030"))
    order = found["order:1930679858170648"]
    assert order["customer"] == {"name": "李**"}
    assert "phone" not in order["shipping"]
    assert order["state"] == "confirmed"


def test_only_orders_with_a_tracking_number_are_parcels(imported: Import) -> None:
    found = imported("taobao", ExportOrderList=TAOBAO.encode("gb18030"))
    parcels = [key for key in found if key.startswith("shipment:")]
    assert parcels == ["shipment:1930679858170647-773012345"]
    parcel = found[parcels[0]]
    assert (parcel["carrier"], parcel["state"]) == ("申通快递", "delivered")
    assert parcel["order_external_id"] == "1930679858170647"


def test_lines_without_their_orders_are_refused_with_the_name(tmp_path: Path) -> None:
    path = tmp_path / "ExportOrderDetailList1.csv"
    path.write_text(TAOBAO_LINES, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        open_files([path], Path("taobao"))
    assert "ExportOrderDetailList1.csv" in caught.value.message
    assert "ExportOrderList*" in caught.value.remedy


def test_a_changed_file_of_lines_reads_the_orders_again(tmp_path: Path) -> None:
    orders = tmp_path / "ExportOrderList1.csv"
    lines = tmp_path / "ExportOrderDetailList1.csv"
    orders.write_text(TAOBAO, encoding="utf-8")
    lines.write_text(TAOBAO_LINES, encoding="utf-8")

    def read(cursor: Any) -> tuple[list[Any], Any]:
        stream = open_files([orders, lines], Path("taobao")).streams()[0]
        pages = list(stream.read(cursor, full=False, started=STARTED))
        return [item for page in pages for item in page.items], pages[-1].cursor

    first, cursor = read(None)
    again, cursor = read(cursor)
    lines.write_text(TAOBAO_LINES.replace("茶杯,120", "茶杯,110"), encoding="utf-8")
    changed, _ = read(cursor)
    assert (len(first), len(again), len(changed)) == (2, 0, 2)


def test_of_overlapping_files_of_lines_the_later_counts(imported: Import) -> None:
    found = imported(
        "taobao",
        ExportOrderList=TAOBAO.encode(),
        ExportOrderDetailList1=TAOBAO_LINES.encode(),
        ExportOrderDetailList2=TAOBAO_LINES.replace(",1,,", ",2,,").encode(),
    )
    lines = found["order:1930679858170647"]["lines"]
    assert [line["quantity"] for line in lines] == ["2", "2"]


def test_a_bad_row_of_lines_names_its_own_file(tmp_path: Path) -> None:
    orders = tmp_path / "ExportOrderList1.csv"
    lines = tmp_path / "ExportOrderDetailList1.csv"
    orders.write_text(TAOBAO, encoding="utf-8")
    lines.write_text(TAOBAO_LINES.replace("120", "free"), encoding="utf-8")
    stream = open_files([orders, lines], Path("taobao")).streams()[0]
    pages = stream.read(None, full=False, started=STARTED)
    bad = [i for page in pages for i in page.items if isinstance(i, BadRecord)]
    assert [item.external_id for item in bad] == ["1930679858170647"]
    assert "ExportOrderDetailList1.csv" in bad[0].path
    assert "价格" in bad[0].path


def test_qianniu_sheets_are_joined_with_their_sub_orders(tmp_path: Path) -> None:
    """Demand 18: Excel sheets of the Qianniu workbench, ids as text."""
    orders = pd.DataFrame(
        {
            "订单编号": ["4011"],
            "买家会员名": ["小明"],
            "买家应付邮费": ["5.00"],
            "买家实付金额": ["95.00"],
            "退款金额": ["20.00"],
            "订单状态": ["交易成功"],
            "订单创建时间": ["2026-05-01 09:00:00"],
            "订单付款时间": ["2026-05-01 09:01:00"],
            "收货地址": ["浙江省 杭州市 西湖区 文一路1号"],
        }
    )
    lines = pd.DataFrame(
        {
            "子订单编号": ["40111", "40112"],
            "主订单编号": ["4011", "4011"],
            "商品标题": ["茶", "杯"],
            "商品价格": ["50.00", "60.00"],
            "购买数量": ["1", "1"],
            "商品ID": ["7001", "7002"],
            "买家实付金额": ["40.00", "50.00"],
        }
    )
    paths = [tmp_path / "2026主订单.xlsx", tmp_path / "2026子订单.xlsx"]
    orders.to_excel(paths[0], index=False)
    lines.to_excel(paths[1], index=False)
    order = _read("qianniu", paths)["order:4011"]
    assert [line["external_id"] for line in order["lines"]] == ["40111", "40112"]
    assert [line["product_external_id"] for line in order["lines"]] == ["7001", "7002"]
    assert _parts(order) == Decimal(95)
    assert Decimal(order["refunded_total"]) == Decimal(20)


PINDUODUO = (
    "订单成交时间,商品,订单号,订单状态,商品总价(元),邮费(元),店铺优惠折扣(元),"
    "平台优惠折扣(元),用户实付金额(元),商家实收金额(元),商品数量(件),发货时间,"
    "确认收货时间,商品id,商品规格,商家编码-规格维度,售后状态,快递单号,快递公司,"
    "收货人,手机,省,市,区,支付时间\n"
    "2026-05-17 10:00:00,横幅,260517-607198974342268,已收货,17.80,0.00,2.00,1.00,14.80,"
    "15.80,2,2026-05-18 09:00:00,2026-05-20 18:00:00,754299529443,红色,HF-R,"
    "无售后或售后取消,773098,申通快递,*,****,广东省,深圳市,南山区,2026-05-17 10:00:05\n"
    ",横幅,260501-607198974342269,未发货，退款成功,17.80,0.00,0.00,0.00,17.80,"
    "17.80,1,,,754299529443,红色,HF-R,退款成功,,,*,****,广东省,深圳市,南山区,"
    "2026-05-01 10:00:05\n"
)


def test_pinduoduo_orders_add_up_and_know_their_refund(imported: Import) -> None:
    found = imported("pinduoduo", orders_export2026=PINDUODUO)
    sold = found["order:260517-607198974342268"]
    back = found["order:260501-607198974342269"]
    assert _parts(sold) == Decimal(sold["total"]) == Decimal("14.80")
    assert sold["lines"][0]["name"] == "横幅 红色"
    assert sold["customer"] == {"name": "*"}
    assert "refunds" not in sold
    assert back["state"] == "refunded"
    assert back["ordered_at"] == "2026-05-01T02:00:05Z"
    assert [Decimal(refund["total"]) for refund in back["refunds"]] == [Decimal("17.8")]
    parcel = found["shipment:260517-607198974342268-773098"]
    assert parcel["state"] == "delivered"
    assert parcel["delivered_at"] == "2026-05-20T10:00:00Z"


JD = (
    "订单号,商品ID,商品名称,订购数量,支付方式,下单时间,京东价,订单金额,结算金额,"
    "余额支付,应付金额,订单状态,订单类型,下单帐号,客户姓名,客户地址,联系电话,"
    "订单备注,运费金额,付款确认时间,货号,订单渠道\n"
    '="66001",100012,茶壶,1,在线支付,2026-05-02 08:00:00,199.00,259.00,239.00,0,'
    "239.00,完成,SOP,jd_wang,王芳,北京朝阳区三环到四环之间1号,13800138000,,10.00,"
    "2026-05-02 08:01:00,TH-1,手机\n"
    '="66001",100013,茶杯,2,在线支付,2026-05-02 08:00:00,25.00,259.00,239.00,0,'
    "239.00,完成,SOP,jd_wang,王芳,北京朝阳区三环到四环之间1号,13800138000,,10.00,"
    "2026-05-02 08:01:00,CB-1,手机\n"
)


def test_jd_rows_of_one_order_become_its_lines(imported: Import) -> None:
    order = imported("jd", 京东订单=JD)["order:66001"]
    assert [line["sku"] for line in order["lines"]] == ["TH-1", "CB-1"]
    assert [Decimal(line["total"]) for line in order["lines"]] == [199, 50]
    assert _parts(order) == Decimal(order["total"]) == Decimal(239)
    assert order["customer"]["external_id"] == "jd_wang"
    assert (order["state"], order["channel"]) == ("completed", "手机")


DOUYIN = (
    "主订单编号,子订单编号,选购商品,商品规格,商品数量,商品ID,商家编码,商品单价,"
    "订单应付金额,收件人,收件人手机号,省,市,区,街道,详细地址,买家留言,订单提交时间,"
    "支付完成时间,支付方式,订单状态,售后状态,取消原因,流量来源\n"
    '"6918\t","69181\t",茶叶,250g,1,3501\t,CY-250,"1,099.00\t","1,000.00\t",王*,'
    "1********12,浙江省,杭州市,西湖区,文新街道,****,,2026-05-03 12:00:00\t,"
    "2026-05-03 12:00:30\t,微信,已完成,-,-,直播间\n"
    '"6918\t","69182\t",茶杯,白,2,3502\t,CB-2,"60.00\t","100.00\t",王*,'
    "1********12,浙江省,杭州市,西湖区,文新街道,****,,2026-05-03 12:00:00\t,"
    "2026-05-03 12:00:30\t,微信,已完成,退款成功,七天无理由,直播间\n"
)


def test_douyin_sub_orders_are_lines_and_refunds_of_one_order(imported: Import) -> None:
    order = imported("douyin", 抖店订单=DOUYIN)["order:6918"]
    assert [line["external_id"] for line in order["lines"]] == ["69181", "69182"]
    assert Decimal(order["total"]) == Decimal(1100)
    assert order["customer"] == {"name": "王*"}
    assert order["utm"] == {"source": "直播间"}
    refunds = [(r["external_id"], Decimal(r["total"])) for r in order["refunds"]]
    assert refunds == [("69182", Decimal(100))]
    assert order["refunds"][0]["reason"] == "七天无理由"


SHOPIFY = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Currency,Subtotal,Shipping,"
    "Taxes,Total,Discount Code,Discount Amount,Created at,Lineitem quantity,"
    "Lineitem name,Lineitem price,Lineitem sku,Lineitem discount,Billing Name,"
    "Billing Country,Cancelled at,Payment Method,Refunded Amount,Id,Tags,Source\n"
    "#1001,ann@example.com,paid,2026-05-04 10:00:00 -0500,fulfilled,USD,90.00,10.00,"
    "8.00,108.00,TEN,10.00,2026-05-04 09:59:00 -0500,1,Mug,40.00,MUG,0.00,Ann Lee,US,,"
    "shopify_payments,0.00,5550001,,web\n"
    "#1001,ann@example.com,,,,,,,,,,,,2,Plate,30.00,PLATE,0.00,,,,,,,,\n"
    "#1002,bob@example.com,refunded,2026-05-05 10:00:00 -0500,unfulfilled,USD,40.00,"
    "0.00,0.00,40.00,,0.00,2026-05-05 09:59:00 -0500,1,Mug,40.00,MUG,0.00,Bob,US,"
    "2026-05-06 10:00:00 -0500,shopify_payments,40.00,5550002,,web\n"
)


def test_shopify_tax_on_top_is_shared_out_to_the_cent(imported: Import) -> None:
    found = imported("shopify", orders_export=SHOPIFY)
    order = found["order:5550001"]
    parts = [*order["lines"], *order["charges"]]
    assert _parts(order) == Decimal(order["total"]) == Decimal(108)
    assert sum(Decimal(part["tax"]) for part in parts) == Decimal(8)
    assert sum(Decimal(part["net"]) for part in parts) == Decimal(100)
    assert order["state"] == "completed"
    assert order["ordered_at"] == "2026-05-04T14:59:00Z"
    cancelled = found["order:5550002"]
    assert cancelled["state"] == "cancelled"
    assert [Decimal(r["total"]) for r in cancelled["refunds"]] == [Decimal(40)]


WOO = (
    "Order Number,Order Status,Order Date,First Name (Billing),Last Name (Billing),"
    "Email (Billing),Phone (Billing),Country Code (Billing),Payment Method Title,"
    "Cart Discount Amount,Order Shipping Amount,Order Refund Amount,Order Total Amount,"
    "Order Total Tax Amount,Currency,SKU,Item Name,Quantity (- Refund),Item Cost\n"
    "77,Completed,2026-05-07 09:00,Ana,Silva,ana@example.com,,BR,Card,0,10.00,0,119.00,"
    "19.00,EUR,TEA,Tea,2,45.00\n"
)


def test_woocommerce_rows_of_the_export_plugin_are_orders(imported: Import) -> None:
    order = imported("woocommerce", orders=WOO)["order:77"]
    assert order["customer"]["name"] == "Ana Silva"
    assert _parts(order) == Decimal(119)
    assert sum(Decimal(line["net"]) for line in order["lines"]) == Decimal(90)


def test_woocommerce_products_of_the_core_export_are_products(imported: Import) -> None:
    rows = (
        "ID,Type,SKU,Name,Published,Categories,Regular price\n"
        '12,simple,TEA,Green tea,1,"Drinks > Tea",9.90\n'
        "13,simple,OLD,Old tea,-1,Drinks,5\n"
    )
    found = imported("woocommerce", products=rows)
    assert found["product:12"]["category"] == ["Drinks", "Tea"]
    assert Decimal(found["product:12"]["price"]) == Decimal("9.90")
    assert "active" not in found["product:12"]  # the rule of the wire: true by default
    assert found["product:13"]["active"] is False


@pytest.mark.parametrize("name", ready_mappings())
def test_every_ready_mapping_is_named_in_the_manual(name: str) -> None:
    manual = Path(__file__).parents[3] / "docs/file-import.md"
    assert load_mapping(Path(name))
    assert f"| `{name}` |" in manual.read_text(encoding="utf-8")


def test_an_unknown_mapping_names_the_ready_ones() -> None:
    with pytest.raises(ConfigError) as caught:
        load_mapping(Path("taoboa"))
    assert "taobao" in caught.value.remedy
