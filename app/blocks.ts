// Our blocks in the store, as the admin tells of them: the offer block and the survey block of the theme, and the survey on
// the thank-you page. https://shopify.dev/docs/api/app-home/apis/app
import type { Instant } from "./instant.ts";

export const BLOCKS = ["offer", "survey", "thank_you"] as const;
export type BlockName = (typeof BLOCKS)[number];

/** `places`: pages on which the admin said it stands, null before it said anything. `seenAt`: when a shopper's page last had it. */
export type Block = { places: string[] | null; toldAt: Instant | null; seenAt: Instant | null };
export type Blocks = Record<BlockName, Block>;

/** What the admin says; a block of which it says nothing is left out. */
export type Told = Partial<Record<BlockName, string[]>>;

/** The block stands there, but the admin does not say on which page. */
const SOMEWHERE = "*";

const TEMPLATES: Record<string, string> = {
  home: "index",
  product: "product",
  cart: "cart",
  account: "customers/account",
};

/** Whether it stands on that page, or on any where none is named; null where nobody knows. The newest word counts. */
export function stands({ places, toldAt, seenAt }: Block, page?: string): boolean | null {
  if (seenAt !== null && (toldAt === null || seenAt > toldAt)) return true;
  if (places === null) return null;
  return page === undefined ? places.length > 0 : places.includes(page) || places.includes(SOMEWHERE);
}

type Activation = { target?: unknown; handle?: unknown; status?: unknown; activations?: unknown };

const listOf = (value: unknown): Activation[] =>
  Array.isArray(value) ? value.filter((one): one is Activation => one instanceof Object) : [];

/** `template--product.alternate/main/…` is of the product page. */
function pageOf({ target }: Activation): string {
  const template = /^template--((?:customers\/)?[a-z_]+)/
    .exec(String(target))?.[1]
    ?.replace(/^account$/, "customers/account");
  return Object.keys(TEMPLATES).find((page) => TEMPLATES[page] === template) ?? SOMEWHERE;
}

/** From what `shopify.app.extensions()` answered. */
export function readTold(extensions: unknown): Told {
  const told: Told = {};
  for (const { type, handle, activations } of listOf(extensions) as (Activation & { type?: unknown })[]) {
    const ours = listOf(activations);
    if (type === "ui_extension" && handle === "thank-you")
      told.thank_you = ours.some(({ target }) => String(target).startsWith("purchase.thank-you.")) ? ["thank_you"] : [];
    if (type !== "theme_app_extension") continue;
    for (const block of ours) {
      const name = BLOCKS.find((one) => one === block.handle);
      if (!name) continue;
      const pages = listOf(block.activations).map(pageOf);
      told[name] = block.status === "active" ? [...new Set(pages.length > 0 ? pages : [SOMEWHERE])].sort() : [];
    }
  }
  return told;
}

/** Shopify's address that opens the store's own editor, the theme's with the block about to be added. */
export function editorUrl(domain: string, clientId: string, block: BlockName, page = "home"): string {
  if (block === "thank_you") return `https://${domain}/admin/settings/checkout/editor?page=thank-you`;
  const template = TEMPLATES[page] ?? "index";
  return `https://${domain}/admin/themes/current/editor?template=${template}&addAppBlockId=${clientId}/${block}&target=newAppsSection`;
}
