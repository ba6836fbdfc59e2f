// npm run replay -- FILE.csv.gz [--speed N] [--zone Europe/London] [--currency GBP]
// Turns a transaction log into the history of a dev store and sends it through the webhooks. Ends with a table; exits
// non-zero when not everything that was sent was applied.
import { existsSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { openMigratedDatabase } from "../../prisma/database.ts";
import { redactShop, uninstallApp } from "../dev-store/commands/app.ts";
import { addShop } from "../dev-store/store.ts";
import { settled } from "../dev-store/webhooks/outbox.ts";
import { buildIfStale } from "../setup/build-if-stale.ts";
import { startStack, type Stack } from "../setup/stack.ts";
import { eventually, watchShop, type Watch } from "./applied.ts";
import { feedHistory, type Fed } from "./feed.ts";
import { readHistory, type History } from "./history.ts";
import { readLog } from "./log.ts";

const PATIENCE_MS = 10 * 60_000;

export type Replayed = { history: History; fed: Fed; sent: number; applied: number; poison: number; seconds: number };

/** The file's name before its first dot, underscores as hyphens. */
export const domainOf = (file: string): string =>
  `${(path.basename(file).split(".")[0] ?? "").replaceAll("_", "-").toLowerCase()}.myshopify.com`;

type Options = { speed: number | null; timeZone: string; currency: string };

export async function replay(stack: Stack, watch: Watch, file: string, options: Options): Promise<Replayed> {
  const { store } = stack;
  const history = await readHistory(readLog(file));
  const domain = domainOf(file);
  const settings = { timeZone: options.timeZone, currency: options.currency };
  let shop = addShop(store, domain, settings);
  if (await watch.isThere()) {
    await stack.install(shop);
    uninstallApp(store, shop);
    redactShop(store, shop);
    await eventually("the shop of the last run is gone", PATIENCE_MS, async () => !(await watch.isThere()));
    shop = addShop(store, domain, settings);
  }
  await stack.install(shop);
  await eventually("the new shop is read", PATIENCE_MS, watch.isBackfilled);
  await watch.markReplayed();
  await settled(store);
  const before = { sent: store.outbox.counts.emitted, applied: (await watch.settled(PATIENCE_MS)).applied };
  const began = performance.now();
  const fed = await feedHistory(store, shop, history, options.speed);
  const after = await watch.settled(PATIENCE_MS);
  return {
    history,
    fed,
    sent: store.outbox.counts.emitted - before.sent,
    applied: after.applied - before.applied,
    poison: after.poison,
    seconds: (performance.now() - began) / 1000,
  };
}

function table({ history, fed, sent, applied, seconds }: Replayed): [string, string | number][] {
  const { counts } = history;
  return [
    ["rows read", counts.rows],
    ["left out", counts.leftOut],
    ["negative prices sent as 0", counts.negativePrices],
    ["orders", fed.orders],
    ["guests", fed.guests],
    ["customers", fed.customers],
    ["refunds", fed.refunds],
    ["unmatched", counts.unmatched],
    ["webhooks sent", sent],
    ["applied", applied],
    ["seconds", seconds.toFixed(1)],
  ];
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      speed: { type: "string" },
      zone: { type: "string", default: "Europe/London" },
      currency: { type: "string", default: "GBP" },
    },
  });
  const [file] = positionals;
  const speed = values.speed === undefined ? null : Number(values.speed);
  if (!file || !existsSync(file) || (speed !== null && !(speed > 0))) {
    process.stderr.write(
      `${file && !existsSync(file) ? `${file} is not there\n` : ""}usage: npm run replay -- FILE.csv.gz [--speed N]\n`,
    );
    return 64;
  }
  buildIfStale();
  const database = await openMigratedDatabase();
  const watch = await watchShop(database.urls.app, domainOf(file));
  const stack = await startStack({ urls: database.urls, processes: "two" });
  try {
    const replayed = await replay(stack, watch, file, { speed, timeZone: values.zone, currency: values.currency });
    for (const [name, value] of table(replayed))
      process.stdout.write(`${name.padEnd(28)}${String(value).padStart(10)}\n`);
    if (replayed.sent === replayed.applied) return 0;
    process.stderr.write(
      `${replayed.sent} sent, ${replayed.applied} applied, ${replayed.poison} held up\n${stack.worker?.log() ?? ""}`,
    );
    return 1;
  } finally {
    await stack.stop();
    await watch.close();
    await database.stop();
  }
}

if (import.meta.main) process.exitCode = await main();
