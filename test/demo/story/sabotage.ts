// Breaks something from outside the app. The story must notice each sabotage at the step that the sabotage breaks.
import path from "node:path";
import { openFramedApp } from "../people/framed-app.ts";
import { openHttpMerchant } from "../people/http-merchant.ts";
import { openHttpVisitor } from "../people/visitor.ts";
import { PROJECT } from "../../setup/stack.ts";
import { readHome } from "./home.ts";
import { REGULARS } from "./prepare.ts";
import type { Stage } from "./stage.ts";
import { until } from "./step.ts";

export type Sabotage = {
  /** The step before which the sabotage is done. */
  before: string;
  /** The step that must fail. */
  noticedAt: string;
  strike(stage: Stage): unknown;
  /** Settings of the app from the start. */
  env?: Record<string, string>;
};

const nothing = () => undefined;
const SEEN_MS = 30_000;

const mute =
  (topic: string) =>
  ({ stack }: Stage) =>
    void stack.store.muted.add(topic);
const stopWorker = ({ stack }: Stage) => stack.worker?.stop();
const breakAdminApi = ({ stack }: Stage) =>
  void stack.store.faults.set("admin", [{ kind: "5xx", share: 1, milliseconds: 0 }]);

/** Acts in the store by its control page. Resolves when the app's home page shows other figures than before. */
async function actInStore({ stack }: Stage, action: string, input: object): Promise<void> {
  const merchant = openHttpMerchant(openHttpVisitor(stack.url));
  const before = JSON.stringify(await readHome(merchant));
  const headers = { "content-type": "application/json" };
  const sent = { method: "POST", headers, body: JSON.stringify(input) };
  const answer = await fetch(`${stack.url}/control/${action}`, sent);
  if (!answer.ok) throw new Error(`/control/${action} answered ${answer.status}: ${await answer.text()}`);
  await until("the home page shows it", SEEN_MS, async () => JSON.stringify(await readHome(merchant)) !== before);
}

export const SABOTAGES: Record<string, Sabotage> = {
  "wrong-secret": {
    before: "install",
    noticedAt: "install",
    strike: nothing,
    env: { SHOPIFY_API_SECRET: "not-the-secret-that-the-store-signs-with" },
  },
  "admin-api-down": { before: "backfill", noticedAt: "backfill", strike: breakAdminApi },
  "extensions-missing": {
    before: "blocks",
    noticedAt: "blocks",
    strike: ({ stack }) => void (stack.store.config.projectDir = path.join(PROJECT, "public")),
  },
  "nobody-evaluates": { before: "segment", noticedAt: "segment", strike: stopWorker },
  "discount-not-made": { before: "offer", noticedAt: "offer", strike: breakAdminApi },
  "web-stopped": { before: "survey", noticedAt: "survey", strike: ({ stack }) => stack.web.stop() },
  "offer-for-everyone": { before: "no-offer", noticedAt: "no-offer", strike: ({ shop }) => offerToEveryone(shop) },
  "shelf-emptied": { before: "orders", noticedAt: "orders", strike: ({ shop }) => shop.products.clear() },
  "webhooks-dropped": {
    before: "orders",
    noticedAt: "webhooks",
    strike: ({ stack }) => void stack.store.faults.set("*", [{ kind: "drop", share: 1, milliseconds: 0 }]),
  },
  "worker-stopped": { before: "orders", noticedAt: "profile", strike: stopWorker },
  "segment-narrowed": {
    before: "orders",
    noticedAt: "entered",
    strike: ({ stack, scene }) =>
      openFramedApp(openHttpVisitor(stack.url)).send(
        scene.notes.segment,
        Object.entries({ intent: "save", name: REGULARS.name, query: "number_of_orders >= 99" }),
      ),
  },
  "block-removed": {
    before: "offered",
    noticedAt: "offered",
    strike: ({ shop }) => void (shop.themeBlocks = shop.themeBlocks.filter(({ block }) => !block.endsWith("/offer"))),
  },
  "discount-lowered": {
    before: "discount",
    noticedAt: "discount",
    strike: ({ shop }) => {
      for (const discount of shop.discounts.values()) discount.value = { kind: "percentage", share: "0.14" };
    },
  },
  "discount-not-limited": {
    before: "refused",
    noticedAt: "refused",
    strike: ({ shop }) => {
      for (const discount of shop.discounts.values()) discount.context = { kind: "all" };
    },
  },
  "survey-taken-down": {
    before: "answered",
    noticedAt: "answered",
    strike: ({ shop }) => void (shop.checkoutBlocks = []),
  },
  "order-unheard": { before: "answered", noticedAt: "redeemed", strike: stopWorker },
  "survey-lost": {
    before: "answered",
    noticedAt: "answer",
    strike: ({ network }) => void (network.losesAnswers = true),
  },
  "nobody-selects": { before: "selected", noticedAt: "selected", strike: stopWorker },
  "stranger-buys": {
    before: "home",
    noticedAt: "home",
    strike: (stage) => actInStore(stage, "orders", { customerId: "" }),
  },
  "order-refunded": { before: "home", noticedAt: "home", strike: refundLastOrder },
  "uninstall-unheard": { before: "uninstall", noticedAt: "uninstall", strike: mute("app/uninstalled") },
  "redact-skipped": { before: "redact", noticedAt: "redact", strike: mute("shop/redact") },
};

/** Finds a sabotage by its name or by the step that must fail. Null if there is none. */
export function findSabotage(named: string): Sabotage | null {
  if (Object.hasOwn(SABOTAGES, named)) return SABOTAGES[named] ?? null;
  return Object.values(SABOTAGES).find(({ noticedAt }) => noticedAt === named) ?? null;
}

export const listSabotages = (): string =>
  Object.entries(SABOTAGES)
    .map(([name, { noticedAt }]) => `  ${noticedAt.padEnd(10)} or  ${name}`)
    .join("\n");

/** Removes the segment from each offer in the metafield that the theme reads. */
function offerToEveryone({ metafields }: Stage["shop"]): void {
  for (const field of metafields.values()) {
    if (field.key !== "offers") continue;
    const catalogue = JSON.parse(field.value) as { offers: { audience?: string }[] };
    for (const offer of catalogue.offers) delete offer.audience;
    field.value = JSON.stringify(catalogue);
  }
}

async function refundLastOrder(stage: Stage): Promise<void> {
  const name = stage.scene.notes.orders.at(-1);
  const order = [...stage.shop.orders.values()].find((one) => one.name === name);
  await actInStore(stage, `orders/${order?.id}/refund`, {});
}
