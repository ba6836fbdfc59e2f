// Publishes the catalogue that the theme block reads.
import type { AdminApi } from "../../shopify/admin-api.server.ts";
import { writeAppData, type AppData } from "../../shopify/app-data.server.ts";
import { readTitles } from "../../shopify/resource-names.server.ts";
import type { Shop } from "../../shop.server.ts";
import { gidsIn } from "../screens/item-words.ts";
import type { Offer } from "../offer.ts";
import { saysNothing } from "../standing/seen-as.ts";
import { usedKey } from "../standing/used-once.server.ts";
import { buildCatalogue, fitCatalogue } from "./catalogue.ts";
import type { Finding } from "./findings.server.ts";
import type { Live } from "./resolve-live.server.ts";

/** A message without words is left out. `shown`: the offers in the catalogue. The other offers do not fit and get a fault. */
export async function publishCatalogue(
  shop: Shop,
  admin: AdminApi,
  held: AppData,
  sound: readonly Live[],
): Promise<{ shown: Offer[]; findings: Finding[] }> {
  const spoken = sound.filter(({ offer, content }) => content.shape !== "message" || !saysNothing(offer));
  const entries = spoken.map(({ offer, content, discount }) => ({ offer, content, used: usedKey(discount) }));
  const titles = await readTitles(admin, spoken.flatMap(({ content }) => gidsIn(content))); // prettier-ignore
  const { timeZone, currency } = shop;
  const { text, left } = fitCatalogue(buildCatalogue(entries, { timeZone, currency, titles }));
  if (held.json === null || JSON.stringify(JSON.parse(held.json)) !== text) {
    const refusal = await writeAppData(admin, held.installation, "offers", text);
    if (refusal) throw new Error(`the offer catalogue was refused: ${refusal}`);
  }
  return {
    shown: spoken.map(({ offer }) => offer).filter(({ id }) => !left.includes(id)),
    findings: left.map((offerId) => ({ offerId, fault: { key: "offers.fault.catalogue_full" } })),
  };
}
