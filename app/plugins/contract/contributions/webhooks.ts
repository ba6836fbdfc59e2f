import type { WorkContext } from "../../plugin.ts";
import type { Contribution } from "./contribution.ts";

export type Handler = (context: WorkContext, payload: never) => Promise<void>;

/**
 * Shopify's mandatory compliance topics. The app alone handles them.
 * https://shopify.dev/docs/apps/build/privacy-law-compliance
 */
const PRIVATE_TOPICS = ["customers/data_request", "customers/redact", "shop/redact"];

export const webhooks: Contribution<Handler> = {
  isFunction: true,
  limitMs: 10_000,
  faults: (topic, handler) => [
    ...(typeof handler === "function" ? [] : [`the webhook ${topic} has no function. Write one.`]),
    ...(PRIVATE_TOPICS.includes(topic)
      ? [
          `the webhook ${topic} is handled by the app alone. Remove it: the app redacts and exports the plugin's records.`,
        ]
      : []),
  ],
  labels: () => [],
  bind: (handler) => handler,
};
