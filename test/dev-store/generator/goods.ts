// The products of a tea and coffee shop, one line each: title | type | price of the smallest size in pence | tags | text.

const TABLE = `
Assam Second Flush|Black tea|620|black, assam, breakfast|Malty and brisk, from an estate on the south bank of the Brahmaputra. Takes milk well.
Darjeeling First Flush|Black tea|1150|black, darjeeling, single-estate|Picked in March: light, floral, a little green apple.
Darjeeling Muscatel|Black tea|980|black, darjeeling, single-estate|The second flush, with the grape note it is known for.
Nilgiri Frost|Black tea|840|black, nilgiri, rare|Picked on cold mornings in the Blue Mountains; bright and fragrant.
English Breakfast|Black tea|480|black, breakfast, blend|Assam, Ceylon and Kenya. The morning pot.
Scottish Breakfast|Black tea|520|black, breakfast, blend, strong|Stronger still, blended for soft water.
Earl Grey|Black tea|540|black, blend, bergamot|Ceylon leaf with cold-pressed oil of bergamot.
Earl Grey Blue Flower|Black tea|590|black, blend, bergamot|The same with cornflower petals.
Lapsang Souchong|Black tea|720|black, smoked, china|Dried over pine embers. A tea for cold evenings.
Keemun Mao Feng|Black tea|890|black, china, single-estate|Fine twisted leaf, cocoa and stone fruit.
Ceylon Orange Pekoe|Black tea|560|black, ceylon|High-grown, clear and citrusy; good iced.
Yunnan Gold Tips|Black tea|1240|black, china, rare|Mostly golden buds: honey, soft, long.
Masala Chai|Chai|580|chai, spiced, bestseller|Assam with green cardamom, ginger, clove and black pepper.
Kadak Chai|Chai|560|chai, spiced, strong|Strong and simple: CTC leaf, ginger, that is all.
Saffron Kahwa|Chai|1180|chai, green, saffron, gift|Kashmiri green tea with saffron, almond and cinnamon.
Chai Concentrate|Chai|850|chai, ready|Brewed for six hours. One part to two of milk.
Decaf Masala Chai|Chai|640|chai, spiced, decaf|The bestseller without the caffeine.
Jasmine Pearls|Green tea|1080|green, china, jasmine|Rolled by hand and scented five nights running.
Sencha Kagoshima|Green tea|760|green, japan|Steamed and grassy; brew at 75 degrees.
Gyokuro|Green tea|1690|green, japan, rare|Shaded for three weeks: deep, savoury, sweet.
Genmaicha|Green tea|520|green, japan|Green tea with toasted rice.
Ceremonial Matcha|Green tea|2200|green, japan, matcha|Stone-milled, for the bowl and the whisk.
Kitchen Matcha|Green tea|1150|green, japan, matcha|For lattes and baking.
Gunpowder Mint|Green tea|500|green, mint|Tightly rolled leaf with Moroccan nana mint.
Silver Needle|White tea|1580|white, china, rare|Only buds. Pale, with melon and hay.
White Peony|White tea|920|white, china|Buds and young leaves, rounder than Silver Needle.
Tie Guan Yin|Oolong|960|oolong, china|Lightly roasted, orchid and cream.
Milk Oolong|Oolong|1020|oolong, taiwan|Naturally creamy, from Jin Xuan bushes.
Aged Pu-erh Cake|Pu-erh|3400|pu-erh, china, rare, gift|Pressed in 2014; earth, camphor, dates.
Tulsi and Lemongrass|Herbal|540|herbal, caffeine-free|Holy basil from Gujarat with lemongrass.
Chamomile Flowers|Herbal|490|herbal, caffeine-free, evening|Whole Egyptian flowers.
Rooibos Vanilla|Herbal|510|herbal, caffeine-free|Red bush with real vanilla.
Peppermint|Herbal|450|herbal, caffeine-free|Whole leaf, strong.
Turmeric Ginger|Herbal|560|herbal, caffeine-free, spiced|Warming, with a pinch of black pepper.
Hibiscus Rose|Herbal|520|herbal, caffeine-free, iced|Deep red and tart; made for ice.
House Espresso|Coffee|980|coffee, espresso, blend, bestseller|Brazil and Monsooned Malabar: chocolate, hazelnut, low acid.
Monsooned Malabar|Coffee|1050|coffee, india, single-origin|Cured in the monsoon winds of Karnataka; heavy body.
Baba Budangiri|Coffee|1120|coffee, india, single-origin|From the hills where coffee came to India.
Araku Valley|Coffee|1280|coffee, india, single-origin, rare|Grown by Adivasi co-operatives; red fruit and jaggery.
Yirgacheffe Natural|Coffee|1240|coffee, ethiopia, single-origin|Blueberry, bergamot, honey.
Sidamo Washed|Coffee|1160|coffee, ethiopia, single-origin|Lemon, jasmine, clean.
Huila Supremo|Coffee|1090|coffee, colombia, single-origin|Caramel and red apple.
Antigua Pastoral|Coffee|1130|coffee, guatemala, single-origin|Cocoa, orange, a little smoke.
Swiss Water Decaf|Coffee|1080|coffee, decaf|Colombian beans, decaffeinated with water only.
South Indian Filter Blend|Coffee|880|coffee, india, chicory|Four parts coffee, one part chicory, ground for the filter.
Cold Brew Blend|Coffee|1020|coffee, blend, iced|Coarse ground for eighteen hours in the fridge.
Brass Coffee Filter|Equipment|2400|equipment, brewing, india|The South Indian drip filter, two cups.
Cast Iron Teapot|Equipment|4800|equipment, teapot, japan|0.6 litres, enamelled inside, with a strainer.
Glass Teapot|Equipment|2650|equipment, teapot|Borosilicate, 0.8 litres; watch the leaf open.
Chai Pan|Equipment|2950|equipment, brewing, chai|Stainless steel, spout on both sides.
Bamboo Whisk|Equipment|1400|equipment, matcha, japan|Eighty prongs, cut from one piece.
Matcha Bowl|Equipment|2800|equipment, matcha, japan|Thrown in Mashiko; no two alike.
Hand Grinder|Equipment|6900|equipment, coffee|Steel burrs, thirty-six clicks.
Pour-over Set|Equipment|3600|equipment, coffee, brewing|Dripper, server and forty papers.
Tea Tin|Equipment|950|equipment, storage|Holds 150 g, keeps out light and air.
Diwali Chai Box|Gift|3200|gift, chai, seasonal, diwali|Three chais, two clay cups and a box of mithai.
Advent of Tea|Gift|4500|gift, seasonal, christmas|Twenty-four days, twenty-four teas.
Discovery Box|Gift|1950|gift, sampler|Eight small packets to find a favourite.
Coffee Passport|Gift|2850|gift, coffee, sampler|Five origins, 100 g each.
Tea Club, three months|Gift|4200|gift, subscription, tea-club|A new tea every month, with the story of its garden.`;

export type Good = { title: string; type: string; pence: number; tags: string[]; text: string };

export const GOODS: Good[] = TABLE.trim()
  .split("\n")
  .map((line) => {
    const [title = "", type = "", pence = "0", tags = "", text = ""] = line.split("|");
    return { title, type, pence: Number(pence), tags: tags.split(", "), text };
  });

/** The sizes, with prices in percent of the smallest size's. */
export function sizesOf(type: string): { size: string; percent: number }[] {
  if (type === "Equipment" || type === "Gift" || type === "Pu-erh") return [{ size: "Default Title", percent: 100 }];
  if (type === "Coffee") {
    return [
      { size: "250 g", percent: 100 },
      { size: "500 g", percent: 185 },
      { size: "1 kg", percent: 340 },
    ];
  }
  return [
    { size: "50 g", percent: 100 },
    { size: "100 g", percent: 185 },
    { size: "250 g", percent: 410 },
  ];
}
