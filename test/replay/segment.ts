// npm run segment -- [--shop DOMAIN] "QUERY"
// One line of JSON on standard output: {"count":4,"sample":["12347"]} and exit 0, or {"faults":[…]} and exit 2. Its shop is
// --shop, else the only replayed one, else the only one; where there is none the query is only checked.
import { parseArgs } from "node:util";
import { settleDatabase } from "../../prisma/boot.ts";
import type { Shop } from "../../app/shop.server.ts";

const USAGE = 'usage: npm run segment -- [--shop DOMAIN] "QUERY"';

class Refusal extends Error {}

function readArguments(argv: string[]): { query: string; domain: string | undefined } {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: { shop: { type: "string" } },
  });
  const [query, ...others] = positionals;
  if (query === undefined || others.length > 0) throw new Refusal(`${USAGE}\nPut the query into one pair of quotes.`);
  return { query, domain: values.shop };
}

async function isReplayed(shop: Shop): Promise<boolean> {
  const { sql } = await import("../../app/db.server.ts");
  const rows = await shop.db.tx((tx) =>
    tx.rows(sql`select from shop_profile where shop_id = ${shop.id} and settings -> 'replayed' = 'true'::jsonb`),
  );
  return rows.length > 0;
}

async function chooseShop(domain: string | undefined): Promise<Shop | null> {
  const { installedShops } = await import("../../app/shop.server.ts");
  const shops = await installedShops();
  const names = shops.map((shop) => shop.domain).join(", ") || "none";
  if (domain !== undefined) {
    const named = shops.find((shop) => shop.domain === domain || shop.id === domain);
    if (!named) throw new Refusal(`There is no shop ${domain} here. There are: ${names}`);
    return named;
  }
  const replayed: Shop[] = [];
  for (const shop of shops) if (await isReplayed(shop)) replayed.push(shop);
  const [only, ...others] = replayed.length === 1 ? replayed : shops;
  if (others.length > 0) throw new Refusal(`Say which shop with --shop: ${names}`);
  return only ?? null;
}

async function answer({ query, domain }: ReturnType<typeof readArguments>): Promise<[line: object, exit: number]> {
  const { registry, registryFor } = await import("../../app/plugins/installed.server.ts");
  const { selectCustomers } = await import("../../app/segments/preview.server.ts");
  const { catalogueOf } = await import("../../app/segments/attribute.server.ts");
  const { readQuery } = await import("../../app/segments/query/check.ts");
  const { faultMessage } = await import("../../app/segments/query/fault.ts");
  const shop = await chooseShop(domain);
  const result = shop
    ? await selectCustomers(shop, query, await registryFor(shop))
    : readQuery(query, catalogueOf(registry.attributes));
  if (!result.ok) {
    const faults = result.faults.map((fault) => ({
      start: fault.start,
      end: fault.end,
      message: faultMessage(fault),
    }));
    return [{ faults }, 2];
  }
  return ["count" in result ? { count: result.count, sample: result.sample } : { count: null, sample: [] }, 0];
}

async function main(): Promise<number> {
  const given = readArguments(process.argv.slice(2));
  // Standard output is for the one line.
  process.env["LOG_LEVEL"] = "silent";
  const database = await settleDatabase();
  try {
    const [line, exit] = await answer(given);
    process.stdout.write(`${JSON.stringify(line)}\n`);
    return exit;
  } finally {
    const { closeDatabase } = await import("../../app/db.server.ts");
    await closeDatabase();
    await database.stop();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  const isMistake = error instanceof Refusal || (error instanceof TypeError && "code" in error);
  process.stderr.write(`${isMistake ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}
