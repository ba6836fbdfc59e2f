// The app's subscriptions. Shopify's Admin API lists only subscriptions that were made through it, and this store has none.

import { connectInOrder, type PageArgs } from "../connection.ts";
import type { Context, Fields } from "../context.ts";
import { countOf } from "./count.ts";

export const webhookQueries: Fields = {
  webhookSubscription: () => null,
  webhookSubscriptions: (_: unknown, args: PageArgs, context: Context) => connectInOrder(context, [], args),
  webhookSubscriptionsCount: () => countOf(0, null),
};
