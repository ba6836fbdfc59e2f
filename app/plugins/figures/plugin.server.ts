// The built-in figures of the home page.
import {
  compareAnswers,
  comparePeriods,
  compareOrders,
  type AnswerFigures,
  type Compared,
  type OrderFigures,
} from "../../analytics/figures.server.ts";
import type { Card as AnyCard, CardRow } from "../../analytics/card.ts";
import { largestSegments, newestAnswers } from "../../analytics/lists.server.ts";
import { hasOffers, readUse } from "../../offers/results/used-orders.server.ts";
import type { Shop } from "../../shop.server.ts";
import { definePlugin, type Context } from "../plugin.ts";

type Card = AnyCard<Context>;
type Unit = "count" | "money" | "percent" | "score";

type Count<Figures> = { label: string; pick: (figures: Figures) => string | null };
type Compare<Figures> = (shop: Shop, pick: (figures: Figures) => string | null) => Promise<Compared>;

/** `of`: the count on which a share or a score is based. The card shows this count as a note. */
const figureOf =
  <Figures>(compare: Compare<Figures>) =>
  (label: string, unit: Unit, pick: Count<Figures>["pick"], of?: Count<Figures>): Card => ({
    label,
    place: "home",
    async resolve({ shop }) {
      const [figure, made] = await Promise.all([compare(shop, pick), of ? compare(shop, of.pick) : null]);
      return {
        shape: "figure",
        unit,
        ...figure,
        ...(of && made && figure.value !== null ? { note: { key: of.label, count: Number(made.value) } } : {}),
      };
    },
  });

const ofOrders = figureOf<OrderFigures>(compareOrders);
const ofAnswers = figureOf<AnswerFigures>(compareAnswers);

const revenue: Card = {
  ...ofOrders("figures.revenue", "money", (figures) => figures.revenue),
  async resolve({ shop }) {
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

/** Null before the first offer is published. */
const offers: Card = {
  label: "figures.offers",
  place: "home",
  async resolve({ shop }) {
    if (!(await hasOffers(shop))) return null;
    const { now, before } = await comparePeriods(shop, "offer figures", (tx, within) => readUse(shop, tx, within));
    const uncounted = now.uncounted + before.uncounted;
    const note = uncounted > 0 ? { key: "figures.uncounted", count: uncounted } : { key: "figures.of_orders", count: now.used }; // prettier-ignore
    return { shape: "figure", unit: "money", value: now.revenue, before: before.revenue, note };
  },
};

const ofRows = (label: string, read: (shop: Shop) => Promise<CardRow[]>): Card => ({
  label,
  place: "home",
  async resolve({ shop }) {
    const rows = await read(shop);
    return rows.length > 0 ? { shape: "rows", rows } : null;
  },
});

export const figures = definePlugin({
  name: "figures",
  contract: 1,
  label: "figures.label",
  description: "figures.description",
  cards: {
    orders: ofOrders("figures.orders", "count", ({ orders }) => orders),
    revenue,
    offers,
    repeat_rate: ofOrders("figures.repeat_rate", "percent", ({ share }) => share, {
      label: "figures.of_orders",
      pick: ({ known }) => known,
    }),
    net_promoter_score: ofAnswers("figures.nps", "score", ({ nps }) => nps, {
      label: "figures.of_answers",
      pick: ({ scored }) => scored,
    }),
    largest_segments: ofRows("figures.segments", largestSegments),
    newest_answers: ofRows("figures.answers", newestAnswers),
  },
});
