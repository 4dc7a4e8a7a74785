"use strict";
/* Whom the demo shop sells to: invented people, e-mail addresses of example.com. */

const CHINESE = {
    surnames: [
        ["王", "wang"], ["李", "li"], ["张", "zhang"], ["刘", "liu"], ["陈", "chen"],
        ["杨", "yang"], ["赵", "zhao"], ["黄", "huang"], ["周", "zhou"], ["吴", "wu"],
    ],
    given: [
        ["伟", "wei"], ["芳", "fang"], ["秀英", "xiuying"], ["敏", "min"],
        ["静", "jing"], ["丽", "li"], ["强", "qiang"], ["磊", "lei"],
        ["洋", "yang"], ["艳", "yan"], ["勇", "yong"], ["晓明", "xiaoming"],
    ],
    places: [
        ["上海市", "上海", "200040", "南京西路"], ["广东省", "深圳", "518000", "深南大道"],
        ["浙江省", "杭州", "310000", "文三路"], ["四川省", "成都", "610000", "春熙路"],
    ],
    country: "CN",
    phone: (random) => `+86139${random.integer(10000000, 99999999)}`,
};
const WESTERN = {
    surnames: [["Müller", "mueller"], ["Schmidt", "schmidt"], ["O'Neill", "oneill"],
        ["Taylor", "taylor"], ["Walker", "walker"], ["Groß", "gross"]],
    given: [["Anna", "anna"], ["James", "james"], ["Jürgen", "juergen"],
        ["Emily", "emily"], ["Zoë", "zoe"]],
    places: [["Bayern", "München", "80331", "Sendlinger Straße"],
        ["", "Hamburg", "20095", "Mönckebergstraße"]],
    country: "DE",
    phone: (random) => `+49151${random.integer(10000000, 99999999)}`,
};
const JAPANESE = {
    surnames: [["佐藤", "sato"], ["鈴木", "suzuki"], ["高橋", "takahashi"]],
    given: [["陽子", "yoko"], ["健太", "kenta"], ["美咲", "misaki"]],
    places: [["東京都", "渋谷区", "150-0041", "神南"]],
    country: "JP",
    phone: (random) => `+8190${random.integer(10000000, 99999999)}`,
};
const GROUPS = { CHINESE, WESTERN, JAPANESE };

/** Invent one person: names, e-mail, phone and address in Vendure's field names. */
function person(random, number) {
    const group = GROUPS[random.weighted({ CHINESE: 75, WESTERN: 18, JAPANESE: 7 })];
    const [surname, latinSurname] = random.pick(group.surnames);
    const [given, latinGiven] = random.pick(group.given);
    const [province, city, postalCode, street] = random.pick(group.places);
    const western = group === WESTERN;
    const phoneNumber = group.phone(random);
    return {
        customer: {
            firstName: given,
            lastName: surname,
            emailAddress: `${latinGiven}.${latinSurname}${number}@example.com`,
            phoneNumber,
        },
        address: {
            fullName: western ? `${given} ${surname}` : `${surname}${given}`,
            company: number % 11 === 0 ? `${surname} Trading` : "",
            streetLine1: `${street} ${random.integer(1, 300)}`,
            city,
            province,
            postalCode,
            countryCode: group.country,
            phoneNumber,
        },
    };
}

module.exports = { person };
