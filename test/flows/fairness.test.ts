// One shop's mass of work beside another's few webhooks, through the worker as it runs in production.
import { afterAll, expect, test } from "vitest";
import { env } from "../../app/env.server.ts";
import { connectionUrls } from "../../prisma/urls.ts";
import { tryFairness } from "../bench/fairness-trial.ts";
import { startServer, type Running } from "../bench/process.ts";
import { openIngest } from "./ingest-shop.ts";

let worker: Running | undefined;
const ingest = await openIngest();
afterAll(async () => {
  await worker?.stop();
  await ingest.close();
});

test("while a shop has big orders and heavy segments before it, another shop's webhooks are applied within two seconds", async () => {
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
  expect(waits.p95).toBeLessThan(2000);
  expect(waits.most).toBeLessThan(5000);
}, 240_000);
