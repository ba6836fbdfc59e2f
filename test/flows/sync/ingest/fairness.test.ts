// One shop's large backlog beside another shop's few webhooks, through the worker as in production.
import { afterAll, expect, test } from "vitest";
import { env } from "../../../../app/env.server.ts";
import { connectionUrls } from "../../../../prisma/urls.ts";
import { HEAVY, LIGHT, tryFairness } from "../../../bench/fairness-trial.ts";
import { startServer, type Running } from "../../../bench/process.ts";
import { openIngest } from "../../ingest-shop.ts";

let worker: Running | undefined;
const ingest = await openIngest();
afterAll(async () => {
  await worker?.stop();
  await ingest.close();
});

/** For each webhook of the light shop: the turns of the heavy shop that began between the webhook's arrival and its own turn. */
const TURNS_BEFORE = `
  select (select count(distinct heavy.settled_at)::int from inbox heavy
    where heavy.shop_id = $1 and heavy.settled_at > light.received_at and heavy.settled_at < light.settled_at) as turns
  from inbox light where light.shop_id = $2`;

test("a webhook waits for at most two turns of another shop with large orders and slow segments", async () => {
  const { app, door } = connectionUrls({ DATABASE_URL: process.env["DATABASE_URL"] ?? "" });
  const settings = {
    NODE_ENV: "production",
    LOG_LEVEL: "info",
    APP_DATABASE_URL: app,
    DOOR_DATABASE_URL: door,
    SHOPIFY_API_KEY: "client-id",
    SHOPIFY_API_SECRET: env.SHOPIFY_API_SECRET,
    SHOPIFY_APP_URL: "https://fair.example.com",
    ENCRYPTION_KEY: Buffer.alloc(32, 5).toString("base64"),
  };
  const waits = await tryFairness(
    {
      secret: env.SHOPIFY_API_SECRET,
      query: async <Row>(text: string, values: unknown[] = []) => (await ingest.rows(text, values)) as Row[],
      async send(shop, topic, { bytes }) {
        expect(await ingest.send(topic, bytes, { shop })).toBe(200);
      },
      async startWorker() {
        worker = await startServer(["app/entry.worker.ts"], settings);
      },
    },
    { orders: 150, bytes: 500_000, segments: 60, light: 50, apartMs: 150 },
  );
  expect(waits.heavyLeft, "the heavy shop was at work all the time").toBeGreaterThan(0);
  // `npm run bench -- fairness` measures the seconds.
  const before = (await ingest.rows(TURNS_BEFORE, [HEAVY, LIGHT])) as { turns: number }[];
  expect(before).toHaveLength(50);
  expect(Math.max(...before.map(({ turns }) => turns))).toBeLessThanOrEqual(2);
});
