"""Kuaidi100's codes and words for the state of a parcel, and codes of carriers.

``state`` counts; ``status``, ``condition`` and ``ischeck`` are not to be used.
"""

from __future__ import annotations

from sync_agent.reading.scans import Table

STATES: Table = {
    "0": "in_transit",
    "1001": "in_transit",
    "1002": "in_transit",
    "1003": "in_transit",
    "7": "in_transit",
    "1": "picked_up",
    "101": "info_received",
    "102": "info_received",
    "103": "picked_up",
    "8": "customs",
    "10": "customs",
    "11": "customs",
    "12": "customs",
    "13": "exception",
    "5": "out_for_delivery",
    "501": "available_for_pickup",
    **dict.fromkeys(("2", *map(str, range(201, 211))), "exception"),
    "3": "delivered",
    "301": "delivered",
    "302": "delivered",
    "303": "delivered",
    "304": "delivered",
    "4": "returning",
    "6": "returning",
    "14": "returning",
    "401": "cancelled",
}
WORDS: Table = {
    "在途": "in_transit",
    "转投": "in_transit",
    "揽收": "picked_up",
    "疑难": "exception",
    "签收": "delivered",
    "退签": "returning",
    "退回": "returning",
    "拒签": "returning",
    "派件": "out_for_delivery",
    "清关": "customs",
    "待清关": "customs",
    "清关中": "customs",
    "已清关": "customs",
    "清关异常": "exception",
}
CARRIERS = {
    "顺丰": "shunfeng",
    "sf": "shunfeng",
    "中通": "zhongtong",
    "zto": "zhongtong",
    "圆通": "yuantong",
    "yto": "yuantong",
    "申通": "shentong",
    "sto": "shentong",
    "韵达": "yunda",
    "yunda": "yunda",
    "极兔": "jtexpress",
    "j&t": "jtexpress",
    "京东": "jd",
    "jd": "jd",
    "德邦": "debangkuaidi",
    "deppon": "debangkuaidi",
    "ems": "ems",
    "邮政": "youzhengguonei",
    "丰网": "fengwang",
}
"""Codes by a word in the shop's name of the carrier."""
PREFIXES = {
    "SF": "shunfeng",
    "JT": "jtexpress",
    "JD": "jd",
    "YT": "yuantong",
    "DPK": "debangkuaidi",
}
"""Codes by how a number begins."""
NEED_PHONE = frozenset({"shunfeng", "fengwang"})
