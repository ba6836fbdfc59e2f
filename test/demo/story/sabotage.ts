// What can go wrong, done from outside the app: each must be noticed at the step that it strikes.
import type { Stage } from "./stage.ts";

export type Sabotage = {
  /** Struck before this step… */
  before: string;
  /** …and noticed at this one. */
  noticedAt: string;
  strike(stage: Stage): Promise<void> | void;
  /** Settings of the app from the start. */
  env?: Record<string, string>;
};

const nothing = () => undefined;

export const SABOTAGES: Record<string, Sabotage> = {
  "wrong-secret": {
    before: "install",
    noticedAt: "install",
    strike: nothing,
    env: { SHOPIFY_API_SECRET: "not-the-secret-that-the-store-signs-with" },
  },
  "admin-api-down": {
    before: "backfill",
    noticedAt: "backfill",
    strike: ({ stack }) => void stack.store.faults.set("admin", [{ kind: "5xx", share: 1, milliseconds: 0 }]),
  },
  "webhooks-dropped": {
    before: "orders",
    noticedAt: "webhooks",
    strike: ({ stack }) => void stack.store.faults.set("*", [{ kind: "drop", share: 1, milliseconds: 0 }]),
  },
  "worker-stopped": {
    before: "orders",
    noticedAt: "profile",
    strike: ({ stack }) => stack.worker?.stop(),
  },
  "block-removed": {
    before: "offered",
    noticedAt: "offered",
    strike: ({ shop }) => void (shop.themeBlocks = shop.themeBlocks.filter(({ block }) => !block.endsWith("/offer"))),
  },
  "discount-not-limited": {
    before: "refused",
    noticedAt: "refused",
    strike: ({ shop }) => {
      for (const discount of shop.discounts.values()) discount.context = { kind: "all" };
    },
  },
  "survey-lost": {
    before: "answered",
    noticedAt: "answer",
    strike: ({ network }) => void (network.losesAnswers = true),
  },
  "redact-skipped": {
    before: "redact",
    noticedAt: "redact",
    strike: ({ stack }) => void stack.store.muted.add("shop/redact"),
  },
};
