// The demo that stays up: database, store, app and worker. The first run installs the app and sets it up as a merchant would. A later
// run continues from the state in which the previous run ended.
import { createServer } from "node:net";
import path from "node:path";
import { openMigratedDatabase } from "../../prisma/database.ts";
import { redactShop, uninstallApp } from "../dev-store/commands/app.ts";
import { generateShop } from "../dev-store/generator/generate.ts";
import type { ShopState } from "../dev-store/model.ts";
import { addShop } from "../dev-store/store.ts";
import { eventually, watchShop } from "../replay/applied.ts";
import { PROJECT, startStack, type Stack } from "../setup/stack.ts";
import { openHttpMerchant } from "./people/http-merchant.ts";
import { APP_ROOT, idIn, type Merchant } from "./people/merchant.ts";
import { openHttpVisitor } from "./people/visitor.ts";
import { installByHand, readBackfill, switchBlocksOn, type BackfillSeen } from "./story/arrive.ts";
import { SURVEY } from "./story/prepare.ts";
import { show, until } from "./story/step.ts";

const DOMAIN = "monsoon-leaf.myshopify.com";
const SNAPSHOT = path.join(PROJECT, ".data", "dev-store.json.gz");
const PORTS = { store: 3300, tunnel: 3301, app: 3302 };
const TIMEOUT_MS = 10 * 60_000;
const SHOPPER_MS = 30_000;
const LATELY = { name: "Came back lately", query: "number_of_orders >= 2 AND last_order_date >= -90d" };
const QUIET = { name: "Went quiet", query: "number_of_orders >= 2 AND last_order_date < -90d" };

const say = (line: string) => process.stdout.write(`${line}\n`);

export async function stayUp(customers: number): Promise<void> {
  say("database: starting it, applying migrations");
  const database = await openMigratedDatabase();
  const stack = await startStack({
    urls: database.urls,
    processes: "two",
    snapshot: SNAPSHOT,
    storePort: await portOr(PORTS.store),
    tunnelPort: await portOr(PORTS.tunnel),
    ...((await portOr(PORTS.app)) ? { appPort: PORTS.app } : {}),
  });
  let ending = false;
  const end = async (code: number) => {
    if (ending) return;
    ending = true;
    say("\nending: app, worker, store, database");
    await stack.stop();
    await database.stop();
    process.exit(code);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void end(0));
  for (const app of [stack.web, stack.worker]) {
    app?.child.once("exit", () => {
      if (ending) return;
      say(`the app ended by itself:\n${app.log()}`);
      void end(1);
    });
  }
  try {
    await setUp(stack, database.urls.app, customers);
  } catch (error) {
    say(
      `\nThe demo could not be set up: ${error instanceof Error ? error.message : String(error)}\n${stack.worker?.log() ?? ""}`,
    );
    return end(1);
  }
  await tellAddresses(stack);
}

async function setUp(stack: Stack, appDatabase: string, customers: number): Promise<void> {
  const merchant = openHttpMerchant(openHttpVisitor(stack.url));
  const known = stack.store.shops.get(DOMAIN);
  const shop = known ?? (await openNewStore(stack, appDatabase, customers));
  say(
    `store: ${show(shop.customers.size)} customers, ${show(shop.orders.size)} orders${known ? ", as the last run left it" : ""}`,
  );
  if (!shop.installation) await installByHand(merchant);
  else await merchant.read("/app");
  say("app: installed");
  await showBackfill(merchant);
  if (known) return;
  await switchBlocksOn(merchant);
  await createExamples(merchant);
  say("set up: two segments, an offer and a survey; the app's blocks are in the theme and on the thank-you page");
}

/**
 * The database may still have this store from an earlier snapshot that was deleted. If so, the app first erases the shop, as on
 * Shopify's `shop/redact`.
 */
async function openNewStore(stack: Stack, appDatabase: string, customers: number): Promise<ShopState> {
  const watch = await watchShop(appDatabase, DOMAIN);
  const add = () => addShop(stack.store, DOMAIN, { name: "Monsoon & Leaf", email: "asha@monsoon-leaf.example" });
  if (await watch.isThere()) {
    const old = add();
    await stack.install(old);
    uninstallApp(stack.store, old);
    redactShop(stack.store, old);
    await eventually("the store of an earlier run is erased", TIMEOUT_MS, async () => !(await watch.isThere()));
  }
  await watch.close();
  const shop = add();
  generateShop(stack.store, shop, { customers });
  return shop;
}

async function showBackfill(merchant: Merchant): Promise<void> {
  const live = process.stdout.isTTY;
  let last = "";
  const line = (seen: BackfillSeen[]) =>
    seen.map(({ kind, applied, objects }) => `${kind.toLowerCase()} ${show(applied)} of ${show(objects)}`).join(", ");
  await until("the history is read", TIMEOUT_MS, async () => {
    const seen = await readBackfill(merchant);
    const failed = seen.find(({ state }) => state === "Failed");
    if (failed) throw new Error(`${failed.kind} could not be read, according to the sync page.`);
    last = `history: ${line(seen)}`;
    if (live) process.stdout.write(`\r\u001b[K${last}`);
    return seen.length > 0 && seen.every(({ state }) => state === "Imported");
  });
  say(live ? "" : last);
}

async function createExamples(merchant: Merchant): Promise<void> {
  await merchant.createSegment(LATELY);
  const segment = { ...QUIET, path: await merchant.createSegment(QUIET) };
  await merchant.createOffer({
    name: "We miss you",
    segment,
    percent: 15,
    code: "MISSEDYOU",
    title: "15% off: it has been a while",
    text: "On your whole next order.",
  });
  await merchant.createSurvey(SURVEY);
}

async function tellAddresses({ url }: Stack): Promise<void> {
  say(`
Regulars is up.

  Admin        ${url}${APP_ROOT}/app
  Storefront   ${url}/
  Control      ${url}/control    place orders, log in as a customer, see each webhook, make the store misbehave`);
  // The segment of the offer is counted within seconds of being saved. In a small store it may have nobody.
  const merchant = openHttpMerchant(openHttpVisitor(url));
  const shopper = await until("the offer has a customer", SHOPPER_MS, () => findShopper(merchant)).catch(() => null);
  if (shopper)
    say(`
To see the offer, log in as ${shopper.name}: ${url}/account/login?${new URLSearchParams({ q: shopper.id })}`);
  say("\nPress Ctrl-C to stop. The next run continues from here.");
}

/** Finds a customer who sees the offer. Several customers may have the same name, so the address holds the id. */
async function findShopper(merchant: Merchant): Promise<{ name: string; id: string } | null> {
  const segments = await merchant.read("/app/segments");
  const quiet = [...segments.document.querySelectorAll("a")].find(({ textContent }) => textContent === QUIET.name);
  const id = idIn(quiet?.getAttribute("href") ?? "");
  if (!id) return null;
  const list = await merchant.read(`/app/customers?segment=${id}`);
  const link = list.document.querySelector('a[href^="/app/customers/"]');
  return link ? { name: link.textContent ?? "", id: idIn(link.getAttribute("href") ?? "") ?? "" } : null;
}

/** Returns the wanted port, or 0 (any free port) if the wanted port is taken. */
function portOr(wanted: number): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(0));
    probe.listen(wanted, "127.0.0.1", () => probe.close(() => resolve(wanted)));
  });
}
