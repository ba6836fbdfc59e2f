import { env } from "../../../env.server.ts";
import type { Source } from "../../source.ts";
import { shopifyDelivery } from "./delivery.ts";
import { runBackfill } from "./history/backfill.server.ts";
import { reconcile } from "./history/reconcile.server.ts";
import { shopifyReader } from "./reading/topics.ts";

export const shopify: Source = {
  ...shopifyReader,
  door: {
    path: "/webhooks",
    delivery: () => shopifyDelivery([env.SHOPIFY_API_SECRET, env.SHOPIFY_API_SECRET_OLD ?? ""]),
  },
  history: runBackfill,
  reconcile,
};
