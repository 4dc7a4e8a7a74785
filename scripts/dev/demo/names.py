"""Names, places and phone numbers of invented customers, by language.

E-mail addresses lie in domains reserved for examples; German, British and American
phone numbers come from ranges that the authorities keep free for fiction.
"""

from dataclasses import dataclass
from random import Random

ZH_FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾"
ZH_FAMILY_PINYIN = (
    "wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he gao lin "
    "luo zheng liang xie song tang xu han feng deng cao peng zeng"
).split()
ZH_GIVEN = (
    "伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 秀英 霞 平 刚 桂英 文 辉 鑫 "
    "宇轩 子涵 欣怡 浩然 雨桐 梓萱 思远 嘉怡 晨曦 志强 建国 海燕 晓东 雪梅 美玲 家豪 "
    "诗涵 一诺 俊杰 佳琪 小红 国栋 春梅 玉兰 天宇 若曦 思琪 博文 雅婷 振华 淑珍 立新 "
    "永康 丹 婷 蕾 倩 凯 鹏 飞 琳 璐 莹"
).split()
EN_GIVEN = (
    "James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William "
    "Barbara Richard Susan Joseph Jessica Thomas Sarah Charles Karen Daniel Lisa "
    "Matthew Nancy Anthony Betty Mark Sandra Emily Ashley Donna Carol Ruth Brian "
    "George Edward Ronald Kevin Jason Laura Rebecca Helen Amy Anna Olivia Sophie "
    "Harry Oliver Amelia Isla Grace Freya Leo Oscar Henry Lucy Chloe Ella Ethan Noah"
).split()
EN_FAMILY = (
    "Smith Johnson Williams Brown Jones Garcia Miller Davis Wilson Anderson Thomas "
    "Taylor Moore Jackson Martin Lee Thompson White Harris Clark Lewis Robinson Walker "
    "Young Allen King Wright Scott Hill Green Adams Baker Nelson Carter Mitchell "
    "Roberts Turner Phillips Campbell Parker Evans Edwards Collins Stewart Morris "
    "Murphy Cook Rogers Cooper Reed Bailey Bell Howard Ward Watson Brooks Gray Hughes"
).split()
DE_GIVEN = (
    "Anna Peter Julia Michael Sabine Thomas Andrea Stefan Claudia Jürgen Susanne Uwe "
    "Katrin Jörg Birgit Matthias Heike Lukas Lena Jonas Mia Felix Emma Björn Käthe "
    "Günther Renate Wolfgang Ursula Tobias Nicole Markus Franziska Sören"
).split()
DE_FAMILY = (
    "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann "
    "Schäfer Koch Bauer Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun "
    "Krüger Hofmann Hartmann Lange Werner Krause Lehmann Köhler Maier Groß Weiß"
).split()
JA_FAMILY = (
    "佐藤:sato 鈴木:suzuki 高橋:takahashi 田中:tanaka 伊藤:ito 渡辺:watanabe "
    "山本:yamamoto 中村:nakamura 小林:kobayashi 加藤:kato 吉田:yoshida 山田:yamada "
    "佐々木:sasaki 松本:matsumoto 井上:inoue 木村:kimura 清水:shimizu 斎藤:saito"
).split()
JA_GIVEN = (
    "陽菜:hina 美咲:misaki 大翔:hiroto 翔太:shota 結衣:yui 健太:kenta さくら:sakura "
    "直樹:naoki 恵子:keiko 拓也:takuya 由美子:yumiko 誠:makoto 愛:ai 和也:kazuya "
    "真由美:mayumi 隆:takashi 洋子:yoko 蓮:ren"
).split()


@dataclass(frozen=True, slots=True)
class Place:
    """A town: ``state`` is its ISO 3166-2 part, ``zip`` may hold ``#`` for a digit."""

    country: str
    state: str
    city: str
    zip: str
    phone: str
    streets: tuple[str, ...]


_ZH_STREETS = ("中山路", "人民路", "解放路", "建设路", "文化路", "学院路", "滨江大道")
_US_STREETS = ("Maple Street", "Oak Avenue", "Park Road", "Cedar Lane", "Main Street")
_GB_STREETS = ("High Street", "Station Road", "Church Lane", "Victoria Road")
_DE_STREETS = ("Hauptstraße", "Gartenweg", "Bahnhofstraße", "Lindenallee", "Am Markt")
_JA_STREETS = ("1丁目", "2丁目", "3丁目", "4丁目", "5丁目")

PLACES: dict[str, list[tuple[Place, float]]] = {
    "zh": [
        (Place("CN", "ZJ", "杭州市", "31####", "0571", _ZH_STREETS), 9),
        (Place("CN", "SH", "上海市", "20####", "021", _ZH_STREETS), 12),
        (Place("CN", "BJ", "北京市", "10####", "010", _ZH_STREETS), 9),
        (Place("CN", "GD", "广州市", "51####", "020", _ZH_STREETS), 7),
        (Place("CN", "GD", "深圳市", "518###", "0755", _ZH_STREETS), 7),
        (Place("CN", "JS", "南京市", "21####", "025", _ZH_STREETS), 5),
        (Place("CN", "JS", "苏州市", "215###", "0512", _ZH_STREETS), 4),
        (Place("CN", "SC", "成都市", "61####", "028", _ZH_STREETS), 6),
        (Place("CN", "HB", "武汉市", "43####", "027", _ZH_STREETS), 4),
        (Place("CN", "FJ", "厦门市", "361###", "0592", _ZH_STREETS), 3),
        (Place("CN", "SN", "西安市", "71####", "029", _ZH_STREETS), 3),
    ],
    "en": [
        (Place("US", "NY", "New York", "100##", "212", _US_STREETS), 6),
        (Place("US", "CA", "San Francisco", "941##", "415", _US_STREETS), 5),
        (Place("US", "WA", "Seattle", "981##", "206", _US_STREETS), 3),
        (Place("US", "IL", "Chicago", "606##", "312", _US_STREETS), 3),
        (Place("US", "TX", "Austin", "787##", "512", _US_STREETS), 3),
        (Place("US", "MA", "Boston", "021##", "617", _US_STREETS), 3),
        (Place("GB", "", "London", "SW# #AA", "", _GB_STREETS), 6),
        (Place("GB", "", "Manchester", "M# #AB", "", _GB_STREETS), 2),
        (Place("GB", "", "Edinburgh", "EH# #BD", "", _GB_STREETS), 2),
    ],
    "de": [
        (Place("DE", "BE", "Berlin", "10###", "030 23125", _DE_STREETS), 5),
        (Place("DE", "HH", "Hamburg", "20###", "040 66969", _DE_STREETS), 4),
        (Place("DE", "BY", "München", "80###", "089 99998", _DE_STREETS), 4),
        (Place("DE", "HE", "Frankfurt am Main", "60###", "069 90009", _DE_STREETS), 3),
        (Place("DE", "NW", "Köln", "50###", "0221 4710", _DE_STREETS), 3),
    ],
    "ja": [
        (Place("JP", "13", "東京都港区", "105-00##", "03", _JA_STREETS), 6),
        (Place("JP", "27", "大阪市北区", "530-00##", "06", _JA_STREETS), 3),
        (Place("JP", "26", "京都市中京区", "604-80##", "075", _JA_STREETS), 2),
    ],
}

_ZH_TRADES = "茶业 餐饮管理 酒店用品 文化传播 商贸 家居 礼品 咖啡"
_ZH_BRANDS = "清和 云栖 恒信 瑞丰 雅居 百川 明德 锦绣 盛源 汇美 朴茶 山舍 素问 正大 和润"
_EN_TRADES = "Tea House|Kitchen Supply|Hotels|Interiors|Gift Company|Trading|Bistro"
_EN_BRANDS = "Harbour Willow Northgate Juniper Ashford Bluebell Kestrel Granite Marlow Fern"
_DE_TRADES = "Teehaus|Gastronomie|Küchenbedarf|Handels|Hotelbetriebe|Feinkost|Wohnkultur"
_JA_BRANDS = "緑風 青葉 桜井 和心 東雲 若竹 松風 白鷺"
_JA_TRADES = "茶舗 商事 食器店 物産 旅館"


def person(rng: Random, lang: str) -> tuple[str, str]:
    """Give a person's name in its own order, and the latin part of an address."""
    if lang == "zh":
        which = rng.randrange(len(ZH_FAMILY))
        name = ZH_FAMILY[which] + rng.choice(ZH_GIVEN)
        return name, ZH_FAMILY_PINYIN[which]
    if lang == "ja":
        family, latin = rng.choice(JA_FAMILY).split(":")
        given, latin_given = rng.choice(JA_GIVEN).split(":")
        return f"{family} {given}", f"{latin_given}.{latin}"
    pools = (DE_GIVEN, DE_FAMILY) if lang == "de" else (EN_GIVEN, EN_FAMILY)
    given, family = rng.choice(pools[0]), rng.choice(pools[1])
    return f"{given} {family}", _latin(f"{given}.{family}")


def company(rng: Random, lang: str, place: Place) -> tuple[str, str]:
    """Give a company's name and the latin part of its address."""
    if lang == "zh":
        brand, trade = rng.choice(_ZH_BRANDS.split()), rng.choice(_ZH_TRADES.split())
        extra = rng.choice(("", "", "新", "大"))
        return f"{place.city.removesuffix('市')}{extra}{brand}{trade}有限公司", "purchase"
    if lang == "ja":
        name = rng.choice(_JA_BRANDS.split()) + rng.choice(_JA_TRADES.split())
        return f"株式会社{name}", "info"
    if lang == "de":
        family = rng.choice(DE_FAMILY)
        legal = rng.choice(("GmbH", "GmbH", "KG", "e. K."))
        return f"{family} {rng.choice(_DE_TRADES.split('|'))} {legal}", "einkauf"
    brand, trade = rng.choice(_EN_BRANDS.split()), rng.choice(_EN_TRADES.split("|"))
    legal = "Ltd" if place.country == "GB" else rng.choice(("LLC", "Inc."))
    return f"{brand} {trade} {legal}", "orders"


def street(rng: Random, lang: str, place: Place) -> str:
    """Give a street with house number in the country's order."""
    name, number = rng.choice(place.streets), rng.randrange(1, 180)
    if lang == "zh":
        return f"{name}{number}号{rng.randrange(1, 30)}幢{rng.randrange(101, 1899)}室"
    if lang == "ja":
        return f"{name}{rng.randrange(1, 30)}-{rng.randrange(1, 20)}"
    return f"{name} {number}" if lang == "de" else f"{number} {name}"


def zip_code(rng: Random, place: Place) -> str:
    """Fill the digits of a place's postal code."""
    return "".join(str(rng.randrange(10)) if c == "#" else c for c in place.zip)


def phone(rng: Random, place: Place, is_company: bool) -> str:
    """Give a phone number as people of the country write it, without country code."""
    if place.country == "CN":
        if is_company or rng.random() < 0.05:
            return f"{place.phone}-{rng.randrange(5000, 9000)}{rng.randrange(1000, 9999)}"
        head = rng.choice(("138", "139", "136", "150", "186", "158", "177", "188"))
        return f"{head} {rng.randrange(10000):04d} {rng.randrange(10000):04d}"
    if place.country == "US":
        return f"({place.phone}) 555-01{rng.randrange(100):02d}"
    if place.country == "GB":
        return f"07700 900{rng.randrange(1000):03d}"
    if place.country == "DE":
        return f"{place.phone}{rng.randrange(1000):03d}"
    local = 10_000 if len(place.phone) == 2 else 1_000
    return f"{place.phone}-{rng.randrange(local // 5, local)}-{rng.randrange(10000):04d}"


def _latin(text: str) -> str:
    for old, new in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        text = text.lower().replace(old, new)
    return text
