// The app's subscriptions from its configuration file. Those are not listed by Shopify's Admin API: it lists only such
// as were made through it, of which this store has none.

import { connectInOrder, type PageArgs } from "../connection.ts";
import type { Context, Fields } from "../context.ts";
import { countOf } from "./count.ts";

export const webhookQueries: Fields = {
  webhookSubscription: () => null,
  webhookSubscriptions: (_: unknown, args: PageArgs, context: Context) => connectInOrder(context, [], args),
  webhookSubscriptionsCount: () => countOf(0, null),
};
