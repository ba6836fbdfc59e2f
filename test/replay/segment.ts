// npm run segment -- [--shop DOMAIN] [--on DAY] "QUERY"
// Prints one line of JSON: {"count":4,"sample":["12347"]} with exit code 0, or {"faults":[…]} with exit code 2. The shop is --shop, else
// the only replayed shop, else the only shop. Without a shop the query is only checked. With --on the query is evaluated as of the end of
// a past day of the shop.
import { settleDatabase } from "../../prisma/boot.ts";
import { addDays, startOfDay, type Day } from "../../app/local-time.ts";
import { readDate } from "../../app/segments/query/grammar/date-literal.ts";
import type { Shop } from "../../app/shop.server.ts";
import { readCommandLine, runCommand, WrongInput } from "../setup/command-line.ts";
import { findShops, type KnownShop } from "./world.ts";

const USAGE = 'npm run segment -- [--shop DOMAIN] [--on DAY] "QUERY"';

type Asked = { query: string; domain: string | undefined; day: Day | null };

function readArguments(args: string[]): Asked {
  const { values, positionals } = readCommandLine(
    { args, options: { shop: { type: "string" }, on: { type: "string" } } },
    USAGE,
  );
  const [query, ...others] = positionals;
  if (query === undefined || others.length > 0)
    throw new WrongInput(`Put the query into one pair of quotes.\nusage: ${USAGE}`);
  return { query, domain: values.shop, day: values.on === undefined ? null : readDay(values.on) };
}

function readDay(text: string): Day {
  const date = readDate(text);
  if (date?.form !== "day")
    throw new WrongInput(`${text} is not a day. Write a day such as 2026-11-30.\nusage: ${USAGE}`);
  return date;
}

/** The last moment of a day of the shop. Null if the day is not over. */
function endOf(day: Day, shop: Shop): Date | null {
  const end = new Date(startOfDay(addDays(day, 1), shop.timeZone).getTime() - 1);
  return end < shop.now() ? end : null;
}

function chooseShop(shops: KnownShop[], domain: string | undefined): KnownShop | null {
  const names = [...new Set(shops.map((shop) => shop.domain))].join(", ") || "none";
  const replayed = shops.filter(({ isReplayed }) => isReplayed);
  if (domain !== undefined) {
    const isNamed = (shop: KnownShop) => shop.domain === domain || shop.id === domain;
    const named = replayed.find(isNamed) ?? shops.find(isNamed);
    if (!named) throw new WrongInput(`There is no shop ${domain} here. There are: ${names}`);
    return named;
  }
  const [only, ...others] = replayed.length === 1 ? replayed : shops;
  if (others.length > 0) throw new WrongInput(`Say which shop with --shop: ${names}`);
  return only ?? null;
}

/** Imports the app's modules only after setting the database of the shop, because the app reads its settings once. */
async function openShopOf({ id, domain, app, isReplayed }: KnownShop): Promise<Shop | null> {
  process.env["APP_DATABASE_URL"] = app;
  const { assertMigrated } = await import("../../app/readiness.server.ts");
  if (isReplayed) {
    await assertMigrated().catch(() => {
      throw new WrongInput(`${domain} was replayed with other tables than today's: replay it again.`, 1);
    });
  }
  const { openShop } = await import("../../app/shop.server.ts");
  return openShop(id);
}

async function answer(query: string, shop: Shop | null, day: Day | null): Promise<[line: object, exit: number]> {
  const { registry, registryFor } = await import("../../app/plugins/installed.server.ts");
  const { selectCustomers } = await import("../../app/segments/preview.server.ts");
  const { catalogueOf } = await import("../../app/segments/attribute.server.ts");
  const { readQuery } = await import("../../app/segments/query/check.ts");
  const { faultMessage } = await import("../../app/segments/query/fault.ts");
  const result = shop
    ? await selectCustomers(shop, query, await registryFor(shop), (day && endOf(day, shop)) ?? undefined)
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
  const { query, domain, day } = readArguments(process.argv.slice(2));
  // Standard output has only the one line of JSON.
  process.env["LOG_LEVEL"] = "silent";
  const database = await settleDatabase();
  try {
    const found = chooseShop(await findShops(process.env["APP_DATABASE_URL"] ?? ""), domain);
    const [line, exit] = await answer(query, found && (await openShopOf(found)), day);
    process.stdout.write(`${JSON.stringify(line)}\n`);
    return exit;
  } finally {
    const { closeDatabase } = await import("../../app/db.server.ts");
    await closeDatabase();
    await database.stop();
  }
}

await runCommand(main);
