// Act one: the merchant installs the app, the app imports the store's history, and the merchant switches on the app's blocks.
import type { Merchant } from "../people/merchant.ts";
import { textAt } from "../people/web-page.ts";
import { countOf, must, show, until, type Step } from "./step.ts";

const THANK_YOU = "thank-you:purchase.thank-you.block.render";

export type BackfillSeen = { kind: string; state: string; applied: number; objects: number };

/** Reads the sync page's line of each kind of import. */
export async function readBackfill(merchant: Merchant): Promise<BackfillSeen[]> {
  const { text } = await merchant.read("/app/sync");
  const line =
    /(Products|Customers|Orders) (Waiting|Being prepared by Shopify|Importing|Imported|Failed) ([\d,]+) of ([\d,]+)/g;
  return [...text.matchAll(line)].map(([, kind = "", state = "", applied = "", objects = ""]) => ({
    kind,
    state,
    applied: countOf(applied),
    objects: countOf(objects),
  }));
}

/** Reads the counts of customers and orders in the store's own admin. */
async function readStoreFigures(merchant: Merchant): Promise<Record<string, number>> {
  const page = await merchant.visitor.open("/admin");
  const cards = [...page.document.querySelectorAll(".figures a")];
  return Object.fromEntries(
    cards.map((card) => [
      card.querySelector("span")?.textContent ?? "",
      countOf(card.querySelector("strong")?.textContent ?? ""),
    ]),
  );
}

export async function installByHand(merchant: Merchant): Promise<string> {
  await merchant.visitor.open("/control");
  await merchant.visitor.submit('form[action^="/control/install"]');
  const page = await merchant.read("/app");
  const title = textAt(page, "h1") ?? "";
  must(title !== "", `the app shows no title: ${page.text.slice(0, 200)}`);
  return `the store's admin shows the app; the app's page is titled “${title}”`;
}

/** Switches the blocks on in the theme editor and in the checkout editor. */
export async function switchBlocksOn({ visitor }: Merchant): Promise<void> {
  const editor = await visitor.open("/admin/themes/current/editor");
  const blocks = [...editor.document.querySelectorAll<HTMLInputElement>('input[name="on"]')];
  const wanted = blocks
    .map(({ value }) => value)
    .filter((value) => value.includes("/offer:") || value.endsWith("/survey:account"));
  must(wanted.length > 0, "the theme editor offers no block of the app");
  await visitor.submit('form[action="/admin/themes/current/editor"]', { on: wanted });
  await visitor.open("/admin/settings/checkout/editor");
  await visitor.submit('form[action="/admin/settings/checkout/editor"]', { on: [THANK_YOU] });
}

const install: Step = { name: "install", play: ({ merchant }) => installByHand(merchant) };

const backfill: Step = {
  name: "backfill",
  async play({ merchant, timeoutMs }) {
    const began = performance.now();
    const progress = new Set<number>();
    const read = await until("the sync page says that the history is imported", timeoutMs * 3, async () => {
      const lines = await readBackfill(merchant);
      const failed = lines.find(({ state }) => state === "Failed");
      must(!failed, `the sync page says that the import of ${failed?.kind.toLowerCase()} failed`);
      progress.add(lines.reduce((total, { applied }) => total + applied, 0));
      return lines.length > 0 && lines.every(({ state }) => state === "Imported") && lines;
    });
    const store = await readStoreFigures(merchant);
    for (const kind of ["Customers", "Orders"]) {
      const seen = read.find((line) => line.kind === kind)?.applied ?? 0;
      must(seen === store[kind], `the store has ${store[kind]} ${kind.toLowerCase()}, the sync page counts ${seen}`);
    }
    const list = await merchant.read("/app/customers");
    const total = countOf(/of [\d,]+, ([\d,]+) customers/.exec(list.text)?.[1] ?? "");
    must(total === store["Customers"], `the customers page lists ${total}, the store has ${store["Customers"]}`);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const counts = read.map(({ kind, applied }) => `${show(applied)} ${kind.toLowerCase()}`).join(", ");
    must(progress.size > 1, "the sync page showed no progress");
    return `the app imported ${counts} in ${seconds} s (the sync page counted ${some([...progress])}); the store's admin shows the same numbers`;
  },
};

const SHOWN = 6;

/** Shows a few of the counts, including the first and the last. */
function some(counts: number[]): string {
  const step = Math.max(1, Math.ceil((counts.length - 1) / (SHOWN - 1)));
  return counts
    .filter((_, at) => at % step === 0 || at === counts.length - 1)
    .map(show)
    .join(" → ");
}

const blocks: Step = {
  name: "blocks",
  async play({ merchant }) {
    await switchBlocksOn(merchant);
    const saved = await merchant.visitor.page();
    must(saved.text.includes("Checkout saved"), "the checkout editor did not save");
    const editor = await merchant.visitor.open("/admin/themes/current/editor");
    const on = editor.document.querySelectorAll('input[name="on"][checked]').length;
    return `the merchant switches on ${on} theme blocks in the theme editor and places the survey on the thank-you page`;
  },
};

export const ARRIVE: Step[] = [install, backfill, blocks];
