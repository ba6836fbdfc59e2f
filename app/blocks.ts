// Where the store shows our blocks, according to Shopify's admin: the offer block and the survey block of the theme, and the
// survey on the thank-you page. https://shopify.dev/docs/api/app-home/apis/app
import type { Instant } from "./instant.ts";

export const BLOCKS = ["offer", "survey", "thank_you"] as const;
export type BlockName = (typeof BLOCKS)[number];

/**
 * `places`: the pages with the block, according to the admin at `reportedAt`; null: the admin has not answered yet. `seenAt`: when a
 * shopper's page last had the block.
 */
export type Block = { places: string[] | null; reportedAt: Instant | null; seenAt: Instant | null };
export type Blocks = Record<BlockName, Block>;

/** The pages of each block, according to the admin. A block that the admin does not mention is left out. */
export type Placements = Partial<Record<BlockName, string[]>>;

/** The block is placed, but the admin does not name the page. */
const SOMEWHERE = "*";

const TEMPLATES: Record<string, string> = {
  home: "index",
  product: "product",
  cart: "cart",
  account: "customers/account",
};

/**
 * Whether the block is on the page, or on any page if `page` is undefined. Null: unknown. The admin's answer and a shopper's page
 * may differ: the newer one counts.
 */
export function stands({ places, reportedAt, seenAt }: Block, page?: string): boolean | null {
  if (seenAt !== null && (reportedAt === null || seenAt > reportedAt)) return true;
  if (places === null) return null;
  return page === undefined ? places.length > 0 : places.includes(page) || places.includes(SOMEWHERE);
}

type Activation = { target?: unknown; handle?: unknown; status?: unknown; activations?: unknown };

const listOf = (value: unknown): Activation[] =>
  Array.isArray(value) ? value.filter((one): one is Activation => one instanceof Object) : [];

/** `template--product.alternate/main/…` is a target on the product page. */
function pageOf({ target }: Activation): string {
  const template = /^template--((?:customers\/)?[a-z_]+)/
    .exec(String(target))?.[1]
    ?.replace(/^account$/, "customers/account");
  return Object.keys(TEMPLATES).find((page) => TEMPLATES[page] === template) ?? SOMEWHERE;
}

/** `extensions`: the answer of App Bridge's `shopify.app.extensions()`. */
export function readPlacements(extensions: unknown): Placements {
  const placements: Placements = {};
  for (const { type, handle, activations } of listOf(extensions) as (Activation & { type?: unknown })[]) {
    const ours = listOf(activations);
    if (type === "ui_extension" && handle === "thank-you")
      placements.thank_you = ours.some(({ target }) => String(target).startsWith("purchase.thank-you."))
        ? ["thank_you"]
        : [];
    if (type !== "theme_app_extension") continue;
    for (const block of ours) {
      const name = BLOCKS.find((one) => one === block.handle);
      if (!name) continue;
      const pages = listOf(block.activations).map(pageOf);
      placements[name] = block.status === "active" ? [...new Set(pages.length > 0 ? pages : [SOMEWHERE])].sort() : [];
    }
  }
  return placements;
}

/** Shopify's deep link into the checkout editor, or into the theme editor with our block ready to be added. */
export function editorUrl(domain: string, clientId: string, block: BlockName, page = "home"): string {
  if (block === "thank_you") return `https://${domain}/admin/settings/checkout/editor?page=thank-you`;
  const template = TEMPLATES[page] ?? "index";
  return `https://${domain}/admin/themes/current/editor?template=${template}&addAppBlockId=${clientId}/${block}&target=newAppsSection`;
}
