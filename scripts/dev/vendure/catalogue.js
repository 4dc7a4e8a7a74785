"use strict";
/* What the demo shop sells: prices in fen, tax included. */

const size = {
    code: "size",
    en: "Size",
    zh: "规格",
    options: [
        ["small", "Small", "小号"],
        ["medium", "Medium", "中号"],
        ["large", "Large", "大号"],
    ],
};
const colour = {
    code: "colour",
    en: "Colour",
    zh: "颜色",
    options: [
        ["celadon", "Celadon", "青瓷色"],
        ["ivory", "Ivory", "象牙白"],
    ],
};

/* code, English, Chinese, group of options, price of the first option, step */
const PRODUCTS = [
    ["TEA-LJ", "Longjing green tea", "西湖龙井", size, 9800, 7000],
    ["TEA-TGY", "Tieguanyin oolong", "安溪铁观音", size, 8800, 6000],
    ["TEA-PE", "Pu'er cake, aged", "陈年普洱茶饼", size, 16800, 12000],
    ["TEA-JM", "Jasmine pearls", "茉莉龙珠", size, 6900, 4500],
    ["TEA-DHP", "Da Hong Pao", "大红袍", size, 19800, 15000],
    ["TEA-WH", "White peony tea", "白牡丹", size, 12800, 9000],
    ["POT-YX", "Yixing teapot", "宜兴紫砂壶", colour, 45800, 2000],
    ["CUP-RU", "Ru ware cup", "汝窑茶杯", colour, 12900, 0],
    ["SET-TR", "Travel tea set", "旅行茶具", colour, 23900, 1000],
    ["TRAY-BM", "Bamboo tea tray", "竹制茶盘", size, 15900, 8000],
    ["GW-PC", "Porcelain gaiwan", "白瓷盖碗", colour, 8900, 500],
    ["KETTLE", "Cast iron kettle", "铸铁壶", colour, 38800, 3000],
    ["TIN-AIR", "Airtight tea tin", "密封茶叶罐", size, 4500, 1500],
    ["HONEY", "Acacia honey", "洋槐蜜", size, 5800, 3500],
    ["BOX-GIFT", "Spring gift box", "新春礼盒", colour, 29900, 5000],
    ["SCOOP", "Tea scoop \"Lotus\" & tongs", "荷叶茶则", colour, 3900, 0],
];

const INITIAL_DATA = {
    defaultLanguage: "en",
    defaultZone: "Asia",
    countries: [
        { name: "China", code: "CN", zone: "Asia" },
        { name: "Japan", code: "JP", zone: "Asia" },
        { name: "Germany", code: "DE", zone: "Europe" },
        { name: "United Kingdom", code: "GB", zone: "Europe" },
        { name: "United States of America", code: "US", zone: "Americas" },
    ],
    taxRates: [{ name: "Standard", percentage: 13 }],
    shippingMethods: [
        { name: "Standard", price: 1200 },
        { name: "Express", price: 2800 },
    ],
    paymentMethods: [
        {
            name: "Card",
            handler: {
                code: "dummy-payment-handler",
                arguments: [{ name: "automaticSettle", value: "false" }],
            },
        },
    ],
    collections: [],
};

module.exports = { INITIAL_DATA, PRODUCTS };
