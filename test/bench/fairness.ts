// Does one shop delay the others? One shop has a thousand orders of half a megabyte and 150 slow segments in the real processes,
// while another shop's webhooks come one by one.
import { buildIfStale } from "../setup/build-if-stale.ts";
import { openBenchDatabase } from "./bench-database.ts";
import { tryFairness } from "./fairness-trial.ts";
import { startServer, type Running } from "./process.ts";
import { say } from "./report.ts";
import { setting } from "./setting.ts";

const TRIAL = {
  orders: setting("BENCH_HEAVY_ORDERS", 1000, [1, 100_000]),
  bytes: setting("BENCH_HEAVY_BYTES", 500_000, [1, 4_000_000]),
  segments: setting("BENCH_HEAVY_SEGMENTS", 150, [0, 1000]),
  light: 50,
  apartMs: 200,
};
const BAR_P95_MS = 2000;
const BAR_MOST_MS = 5000;

export async function benchFairness(): Promise<boolean> {
  buildIfStale();
  const database = await openBenchDatabase();
  const env = { ...database.env, LOG_LEVEL: "info" };
  const web = await startServer(["app/entry.web.ts"], env);
  let worker: Running | undefined;
  try {
    const waits = await tryFairness(
      {
        secret: database.env["SHOPIFY_API_SECRET"] ?? "",
        query: database.all,
        async send(shop, topic, { bytes, signature }) {
          const response = await fetch(`http://127.0.0.1:${web.port}/webhooks`, {
            method: "POST",
            body: new Uint8Array(bytes),
            headers: {
              "x-shopify-topic": topic,
              "x-shopify-shop-domain": shop,
              "x-shopify-hmac-sha256": signature,
              "x-shopify-event-id": crypto.randomUUID(),
              "x-shopify-triggered-at": new Date().toISOString(),
            },
          });
          await response.arrayBuffer();
          if (response.status !== 200) throw new Error(`the door answered ${response.status}`);
        },
        startWorker: async () => {
          worker = await startServer(["app/entry.worker.ts"], env);
        },
      },
      TRIAL,
    );
    for (const [metric, value] of Object.entries(waits)) {
      const unit = metric === "heavyLeft" ? "webhooks" : "ms";
      say({ bench: "fairness", contender: "light shop", metric, value, unit, ratio: null });
    }
    const missed = [
      ...(waits.p95 > BAR_P95_MS ? [`the 95th percentile is ${Math.round(waits.p95)} ms, not ${BAR_P95_MS}`] : []),
      ...(waits.most > BAR_MOST_MS ? [`the longest wait is ${Math.round(waits.most)} ms, not ${BAR_MOST_MS}`] : []),
    ];
    process.stdout.write(`${JSON.stringify({ bench: "fairness", pass: missed.length === 0, missed })}\n`);
    return true;
  } finally {
    await worker?.stop();
    await web.stop();
    await database.close();
  }
}
