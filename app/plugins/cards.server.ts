import type { CardContent } from "../analytics/card.ts";
import type { Shop } from "../shop.server.ts";
import { limitMsOf } from "./contract/contributions.server.ts";
import { runGuarded } from "./running/guard.server.ts";
import type { Registry } from "./registry.server.ts";

export type DrawnCard = { name: string; label: string; content: CardContent };

/** Resolves the cards of one place. A card that throws or takes longer than `limitMs` is left out, and its plugin is marked as failed. */
export async function drawCards(
  shop: Shop,
  registry: Registry,
  place: "home" | "customer",
  customerId: string | null,
  limitMs = limitMsOf("cards"),
): Promise<DrawnCard[]> {
  const cards = Object.entries(registry.cards).filter(([, { it }]) => it.place === place);
  const drawn = await Promise.all(
    cards.map(async ([name, { plugin, it }]) => {
      const draw = (own: Shop) => it.resolve(own, customerId);
      const result = await runGuarded(shop, plugin, `card ${name}`, draw, limitMs);
      return result.ok && result.value ? [{ name, label: it.label, content: result.value }] : [];
    }),
  );
  return drawn.flat();
}
