import type { Source } from "../../source.ts";
import { runBackfill } from "./history/backfill.server.ts";
import { reconcile } from "./history/reconcile.server.ts";
import { shopifyReader } from "./reading/topics.ts";

export const shopify: Source = { ...shopifyReader, history: runBackfill, reconcile };
