// The built-in figures of the home page.
import {
  compareAnswers,
  compareOrders,
  type AnswerFigures,
  type OrderFigures,
} from "../../analytics/figures.server.ts";
import type { Card } from "../../analytics/card.ts";
import { definePlugin } from "../plugin.ts";

type Unit = "count" | "money" | "percent";

const ofOrders = (label: string, unit: Unit, pick: (figures: OrderFigures) => string | null): Card => ({
  label,
  place: "home",
  resolve: async (shop) => ({ shape: "figure", unit, ...(await compareOrders(shop, pick)) }),
});

const ofAnswers = (label: string, unit: Unit, pick: (figures: AnswerFigures) => string | null): Card => ({
  label,
  place: "home",
  resolve: async (shop) => ({ shape: "figure", unit, ...(await compareAnswers(shop, pick)) }),
});

export const figures = definePlugin({
  name: "figures",
  label: "figures.label",
  description: "figures.description",
  cards: {
    orders: ofOrders("figures.orders", "count", ({ orders }) => orders),
    revenue: ofOrders("figures.revenue", "money", ({ revenue }) => revenue),
    repeat_rate: ofOrders("figures.repeat_rate", "percent", ({ share }) => share),
    net_promoter_score: ofAnswers("figures.nps", "count", ({ nps }) => nps),
  },
});
