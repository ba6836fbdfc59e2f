// npm run replay -- FILE.csv.gz [--speed N] [--zone Europe/London] [--currency GBP]
// Turns a transaction log into the history of a dev store, which sends the history by webhooks. Prints a table at the end. Exits
// non-zero unless everything that was sent was applied. Faulty input is refused before anything starts.
import path from "node:path";
import { openDatabase } from "../../prisma/database.ts";
import { addShop } from "../dev-store/store.ts";
import { settled } from "../dev-store/webhooks/outbox.ts";
import { buildIfStale } from "../setup/build-if-stale.ts";
import { readCommandLine, runCommand, WrongInput } from "../setup/command-line.ts";
import { startStack, type Stack } from "../setup/stack.ts";
import { eventually, watchShop, type Watch } from "./applied.ts";
import { feedHistory, type Fed } from "./feed.ts";
import { readHistory, type History } from "./history.ts";
import { readLog } from "./log.ts";
import { makeWorld } from "./world.ts";

const TIMEOUT_MS = 10 * 60_000;
const USAGE = "npm run replay -- FILE.csv.gz [--speed N] [--zone Europe/London] [--currency GBP]";

type Replayed = { fed: Fed; sent: number; applied: number; left: number; poison: number; seconds: number };
type Options = { file: string; domain: string; speed: number | null; timeZone: string; currency: string };

/** The shop's domain: the file's name up to its first dot, with hyphens for underscores. */
export function domainOf(file: string): string {
  const name = path.basename(file).split(".")[0] ?? "";
  const label = name.replaceAll("_", "-").toLowerCase();
  if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label)) return `${label}.myshopify.com`;
  throw new WrongInput(
    `"${name}" can't name a shop: give the file a name of letters a to z, digits and underscores within, at most 63.`,
  );
}

export function readOptions(args: string[]): Options {
  const text = { type: "string" } as const;
  const config = { args, options: { speed: text, zone: text, currency: text } };
  const { values, positionals } = readCommandLine(config, USAGE);
  const [file, ...others] = positionals;
  if (!file) throw new WrongInput(`Name the log's file.\nusage: ${USAGE}`);
  if (others.length > 0) throw new WrongInput(`Name one file, and not also ${others.join(", ")}.\nusage: ${USAGE}`);
  const { speed, zone = "Europe/London", currency = "GBP" } = values;
  if (speed !== undefined && !(/^[\d.]+$/.test(speed) && Number(speed) > 0))
    throw new WrongInput(
      `--speed is the number of log seconds per second: a number above 0 such as 3600, not "${speed}".`,
    );
  if (!isTimeZone(zone))
    throw new WrongInput(`--zone is a time zone's name, such as Europe/London; there is no time zone "${zone}".`);
  if (!Intl.supportedValuesOf("currency").includes(currency))
    throw new WrongInput(
      `--currency is a currency's code of ISO 4217, such as GBP; there is no currency "${currency}".`,
    );
  return { file, domain: domainOf(file), speed: speed === undefined ? null : Number(speed), timeZone: zone, currency };
}

function isTimeZone(name: string): boolean {
  try {
    return /^[A-Z]/i.test(name) && new Intl.DateTimeFormat("en", { timeZone: name }).format() !== "";
  } catch {
    return false;
  }
}

async function replay(stack: Stack, watch: Watch, history: History, options: Options): Promise<Replayed> {
  const { store } = stack;
  const { domain, timeZone, currency, speed } = options;
  const shop = addShop(store, domain, { timeZone, currency });
  await stack.install(shop);
  await eventually("the new shop is read", TIMEOUT_MS, watch.isBackfilled);
  await settled(store);
  const before = { sent: store.outbox.counts.emitted, applied: (await watch.settled(TIMEOUT_MS)).applied };
  const began = performance.now();
  const fed = await feedHistory(store, shop, history, speed);
  const after = await watch.settled(TIMEOUT_MS);
  return {
    fed,
    sent: store.outbox.counts.emitted - before.sent,
    applied: after.applied - before.applied,
    left: after.waiting + after.unsettled + after.jobs,
    poison: after.poison,
    seconds: (performance.now() - began) / 1000,
  };
}

/** Never resolves. Throws when a process of the app exits. */
function rejectOnExit({ web, worker }: Stack): Promise<never> {
  return new Promise((_, reject) => {
    for (const app of [web, worker]) {
      const tell = () => reject(new Error(`The app ended by itself:\n${app?.log()}`));
      if (app?.child.exitCode === null) app.child.once("exit", tell);
      else if (app) tell();
    }
  });
}

function table({ counts }: History, { fed, sent, applied, seconds }: Replayed): [string, string | number][] {
  return [
    ["rows read", counts.rows],
    ["left out", counts.leftOut],
    ["negative prices sent as 0", counts.negativePrices],
    ["unknown countries", counts.unknownCountries.size],
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

function tellUnknown({ counts }: History): void {
  if (counts.unknownCountries.size === 0) return;
  const names = [...counts.unknownCountries].map(([name, rows]) => `"${name}" (${rows} rows)`).join(", ");
  process.stderr.write(`These countries are unknown, so their addresses have no country code: ${names}.\n`);
}

/** Returns the exit code. */
function tell(stack: Stack, history: History, replayed: Replayed): number {
  for (const [name, value] of table(history, replayed))
    process.stdout.write(`${name.padEnd(28)}${String(value).padStart(10)}\n`);
  const { sent, applied, left, poison } = replayed;
  if (sent === applied && left === 0) return 0;
  const said = `${sent} sent, ${applied} applied, ${poison} failed, ${left} not settled`;
  process.stderr.write(`${said}\n${stack.worker?.log() ?? ""}`);
  return 1;
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  const history = await readHistory(readLog(options.file));
  tellUnknown(history);
  buildIfStale();
  const held: (() => Promise<unknown>)[] = [];
  try {
    const database = await openDatabase();
    held.push(database.stop);
    const world = await makeWorld(database.urls, options.domain);
    held.push(world.leave);
    const watch = await watchShop(world.urls.app, options.domain);
    held.push(watch.close);
    const stack = await startStack({ urls: world.urls, processes: "two" });
    held.push(stack.stop);
    return tell(stack, history, await Promise.race([replay(stack, watch, history, options), rejectOnExit(stack)]));
  } finally {
    for (const letGo of held.reverse()) await letGo();
  }
}

if (import.meta.main) await runCommand(main);
