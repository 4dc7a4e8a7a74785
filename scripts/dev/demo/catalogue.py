"""What the invented firm sells: tea, tea ware, kitchen and home, with costs."""

from dataclasses import dataclass

CATEGORIES = {
    "green": ("茶 Tea", "绿茶 Green tea"),
    "black": ("茶 Tea", "红茶 Black tea"),
    "oolong": ("茶 Tea", "乌龙与普洱 Oolong and pu-erh"),
    "herbal": ("茶 Tea", "花草茶 Flower tea"),
    "pots": ("茶具 Tea ware", "茶壶 Teapots"),
    "cups": ("茶具 Tea ware", "茶杯 Cups"),
    "trays": ("茶具 Tea ware", "茶盘与配件 Trays and tools"),
    "bowls": ("厨房 Kitchen", "碗盘 Bowls and plates"),
    "knives": ("厨房 Kitchen", "刀具与砧板 Knives and boards"),
    "cook": ("厨房 Kitchen", "锅具 Cookware"),
    "textile": ("家居 Home", "布艺 Textiles"),
    "scent": ("家居 Home", "香与灯 Incense and lamps"),
    "gift": ("礼盒 Gift sets",),
}
"""Path of each category from the root."""

# key, category, Chinese name, English name, quality (mean stars), weight of demand,
# then variants: "suffix zh|suffix en|price in yuan|cost in yuan", separated by "; ".
_GOODS = """
longjing,green,西湖龙井,Longjing green tea,4.6,9,50 克|50 g|88|34; 100 克|100 g|168|64; 250 克|250 g|388|150
biluochun,green,碧螺春,Biluochun green tea,4.4,6,50 克|50 g|78|31; 100 克|100 g|148|58
maofeng,green,黄山毛峰,Huangshan Maofeng,4.3,5,100 克|100 g|118|47; 250 克|250 g|268|108
sencha,green,煎茶,Sencha,4.2,4,100 克|100 g|98|41
keemun,black,祁门红茶,Keemun black tea,4.5,6,100 克|100 g|108|42; 250 克|250 g|248|98
dianhong,black,滇红,Yunnan black tea,4.3,5,100 克|100 g|88|33; 250 克|250 g|198|76
lapsang,black,正山小种,Lapsang souchong,4.4,4,100 克|100 g|128|52
tieguanyin,oolong,铁观音,Tieguanyin oolong,4.4,6,125 克|125 g|138|55; 250 克|250 g|258|105
dahongpao,oolong,大红袍,Da Hong Pao,4.7,4,50 克|50 g|198|82; 100 克|100 g|368|156
puerh,oolong,普洱熟茶饼,Ripe pu-erh cake,4.2,5,200 克|200 g|158|60; 357 克|357 g|268|104
jasmine,herbal,茉莉花茶,Jasmine tea,4.5,7,100 克|100 g|68|24; 250 克|250 g|148|54
chrysant,herbal,杭白菊,Chrysanthemum tea,4.1,4,50 克|50 g|38|13; 100 克|100 g|68|24
osmanthus,herbal,桂花乌龙,Osmanthus oolong,4.3,4,100 克|100 g|88|34
yixing,pots,紫砂壶,Yixing clay teapot,4.7,3,150 毫升|150 ml|468|198; 250 毫升|250 ml|568|246
gaiwan,pots,白瓷盖碗,Porcelain gaiwan,4.4,5,120 毫升|120 ml|88|31; 180 毫升|180 ml|108|39
glasspot,pots,耐热玻璃壶,Glass teapot,3.6,5,600 毫升|600 ml|98|42; 1000 毫升|1000 ml|128|56
ironpot,pots,铸铁壶,Cast-iron kettle,4.0,2,1.2 升|1.2 l|398|210
celadon,cups,龙泉青瓷杯,Longquan celadon cup,4.6,6,单只|single|58|19; 四只装|set of four|198|68
jianzhan,cups,建盏,Jian ware cup,4.5,3,油滴|oil spot|168|62; 兔毫|hare's fur|188|70
travel,cups,旅行保温杯,Travel flask,3.4,6,350 毫升 墨绿|350 ml green|128|66; 350 毫升 米白|350 ml cream|128|66; 500 毫升 墨绿|500 ml green|148|78
tray,trays,竹制茶盘,Bamboo tea tray,4.2,3,小号|small|138|61; 大号|large|218|98
tools,trays,茶道六君子,Tea tool set,4.3,3,胡桃木|walnut|88|36
strainer,trays,不锈钢茶漏,Tea strainer,4.0,4,标准|standard|28|8
canister,trays,锡制茶叶罐,Tin tea caddy,4.5,3,小号|small|118|52; 大号|large|188|84
ricebowl,bowls,青花饭碗,Blue-and-white bowl,4.5,6,4.5 寸|11 cm|28|9; 6 寸|15 cm|42|14; 六只装|set of six|158|55
plate,bowls,日式陶盘,Stoneware plate,4.3,5,8 寸|20 cm|48|17; 10 寸|25 cm|68|25
noodle,bowls,拉面大碗,Ramen bowl,4.4,4,8 寸|20 cm|58|21
cleaver,knives,中式菜刀,Chinese cleaver,4.6,4,不锈钢|stainless|168|72; 夹钢|clad steel|298|135
santoku,knives,三德刀,Santoku knife,4.7,3,17 厘米|17 cm|328|152
board,knives,整竹砧板,Bamboo board,3.9,4,中号|medium|78|31; 大号|large|108|45
wok,cook,熟铁炒锅,Carbon-steel wok,4.5,4,30 厘米|30 cm|198|92; 34 厘米|34 cm|238|112
steamer,cook,竹蒸笼,Bamboo steamer,4.3,4,两层|two tiers|88|33
claypot,cook,砂锅,Clay pot,3.8,3,2.5 升|2.5 l|118|52
runner,textile,蓝印花布桌旗,Indigo table runner,4.4,2,180 厘米|180 cm|128|48
napkin,textile,亚麻茶巾,Linen tea towel,4.2,4,两条装|pair|48|17
incense,scent,沉香线香,Agarwood incense,4.3,3,40 支|40 sticks|98|38
lamp,scent,纸灯笼台灯,Paper lantern lamp,3.5,2,暖光|warm light|188|96
giftspring,gift,新春茶礼盒,New Year tea gift box,4.5,3,经典|classic|298|130; 臻选|premium|598|265
giftcup,gift,青瓷茶具礼盒,Celadon tea gift set,4.7,2,六件套|six pieces|498|215
"""

DUTY = {"green", "black", "oolong", "herbal"}
"""Categories that are food, taxed at the lower rate where there is one."""


@dataclass(frozen=True, slots=True)
class Article:
    """One variant; ``price`` and ``cost`` in fen (hundredths of a yuan)."""

    external_id: str
    parent_id: str
    sku: str
    barcode: str
    category: str
    name_zh: str
    name_en: str
    price: int
    cost: int
    quality: float
    demand: float
    active: bool

    @property
    def name(self) -> str:
        """Name in both languages, as the firm keeps it."""
        return f"{self.name_zh} · {self.name_en}"

    def name_in(self, lang: str) -> str:
        """Name as a buyer of this language sees it."""
        return self.name_zh if lang == "zh" else self.name_en


def articles() -> list[Article]:
    """Give all variants, always the same; one is no longer sold."""
    found: list[Article] = []
    for number, row in enumerate(_GOODS.strip().splitlines(), start=1):
        key, category, zh, en, quality, demand, variants = row.split(",", 6)
        for letter, variant in zip("ABCDE", variants.split("; "), strict=False):
            suffix_zh, suffix_en, price, cost = variant.split("|")
            serial = f"69{number:04d}{ord(letter):05d}0"
            found.append(
                Article(
                    external_id=str(500 + len(found)),
                    parent_id=f"p{number}",
                    sku=f"{key[:4].upper()}-{number:02d}{letter}",
                    barcode=serial + _check_digit(serial),
                    category=category,
                    name_zh=f"{zh} {suffix_zh}",
                    name_en=f"{en}, {suffix_en}",
                    price=int(price) * 100,
                    cost=int(cost) * 100,
                    quality=float(quality),
                    demand=float(demand) / (1 + ord(letter) - ord("A")),
                    active=key != "lamp",
                )
            )
    return found


def _check_digit(digits: str) -> str:
    total = sum(int(d) * (3 if n % 2 else 1) for n, d in enumerate(digits))
    return str(-total % 10)
