// The built-in figures of the home page.
import {
  compareAnswers,
  compareOrders,
  type AnswerFigures,
  type OrderFigures,
} from "../../analytics/figures.server.ts";
import type { Card, CardRow } from "../../analytics/card.ts";
import { largestSegments, newestAnswers } from "../../analytics/lists.server.ts";
import type { Shop } from "../../shop.server.ts";
import { definePlugin } from "../plugin.ts";

type Unit = "count" | "money" | "percent" | "score";

const ofOrders = (label: string, unit: Unit, pick: (figures: OrderFigures) => string | null): Card => ({
  label,
  place: "home",
  resolve: async (shop) => ({ shape: "figure", unit, ...(await compareOrders(shop, pick)) }),
});

const revenue: Card = {
  ...ofOrders("figures.revenue", "money", (figures) => figures.revenue),
  async resolve(shop) {
    const [compared, uncounted] = await Promise.all([
      compareOrders(shop, (figures) => figures.revenue),
      compareOrders(shop, (figures) => figures.uncounted),
    ]);
    const count = Number(uncounted.value) + Number(uncounted.before);
    return {
      shape: "figure",
      unit: "money",
      ...compared,
      ...(count > 0 && { note: { key: "figures.uncounted", count } }),
    };
  },
};

const ofAnswers = (label: string, unit: Unit, pick: (figures: AnswerFigures) => string | null): Card => ({
  label,
  place: "home",
  resolve: async (shop) => ({ shape: "figure", unit, ...(await compareAnswers(shop, pick)) }),
});

const ofRows = (label: string, read: (shop: Shop) => Promise<CardRow[]>): Card => ({
  label,
  place: "home",
  async resolve(shop) {
    const rows = await read(shop);
    return rows.length > 0 ? { shape: "rows", rows } : null;
  },
});

export const figures = definePlugin({
  name: "figures",
  label: "figures.label",
  description: "figures.description",
  cards: {
    orders: ofOrders("figures.orders", "count", ({ orders }) => orders),
    revenue,
    repeat_rate: ofOrders("figures.repeat_rate", "percent", ({ share }) => share),
    net_promoter_score: ofAnswers("figures.nps", "score", ({ nps }) => nps),
    largest_segments: ofRows("figures.segments", largestSegments),
    newest_answers: ofRows("figures.answers", newestAnswers),
  },
});
