import type { Card } from "../../../analytics/card.ts";
import { contextOf } from "../../running/given/context.server.ts";
import type { Context } from "../../plugin.ts";
import { choiceFaults, type Contribution, functionFaults, nameFaults, textFaults } from "./contribution.ts";
import { checkedCard } from "./given/given-card.ts";

const PLACES = ["home", "customer"];

export const cards: Contribution<Card<Context>, Card> = {
  isShared: true,
  limitMs: 2000,
  faults(name, card) {
    const what = `the card ${name}`;
    return [
      ...nameFaults("the card", name),
      ...textFaults(what, card, ["label"]),
      ...functionFaults(what, card, ["resolve"]),
      ...choiceFaults(what, "place", card.place, PLACES),
    ];
  },
  labels: (name, { label }) => [{ what: `the label of the card ${name}`, key: label }],
  bind: (card, { plugin, settings }) => ({
    ...card,
    resolve: async (own, customerId) => checkedCard(await card.resolve(contextOf(own, plugin, settings), customerId)),
  }),
};
