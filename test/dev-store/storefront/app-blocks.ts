// Draws the app's theme blocks on a page: renders the project's real Liquid files where the merchant placed them.

import { join } from "node:path";
import { escapeHtml } from "../http.ts";
import type { ShopState, Store, ThemeBlock } from "../model.ts";
import {
  findBlock,
  readLocale,
  readThemeExtensions,
  type ThemeBlockFile,
  type ThemeExtension,
} from "./extension-files.ts";
import { createLiquid, renderLiquid } from "./liquid/engine.ts";
import { appMetafields } from "./liquid/metafields.ts";

export type PageSurroundings = { locale: string; globals: Record<string, unknown> };
/** Pieces of HTML: in the template's app section, in the head, and at the end of the body. */
export type BlockHtml = { section: string; head: string; body: string };

const NOT_IN_BLOCKS = /\{%-?\s*(javascript|stylesheet|include|layout|section|sections)\b/;

export function extensionAssetUrl(extension: ThemeExtension, name: string): string {
  return `/cdn/extensions/${extension.folder}/assets/${name}`;
}

function settingsOf(block: ThemeBlockFile, placed: ThemeBlock): Record<string, unknown> {
  const defaults = (block.schema.settings ?? []).filter(({ id }) => id !== undefined);
  return { ...Object.fromEntries(defaults.map(({ id, default: value }) => [id, value ?? null])), ...placed.settings };
}

function surroundingsOf(store: Store, shop: ShopState, extension: ThemeExtension, locale: string) {
  const { words, fallback } = readLocale(extension.path, locale);
  return {
    currency: shop.currency,
    locale,
    now: () => store.clock.now(),
    timeZone: shop.timeZone,
    words,
    fallback,
    assetUrl: (name: string) => extensionAssetUrl(extension, name),
  };
}

async function renderBlock(
  store: Store,
  shop: ShopState,
  page: PageSurroundings,
  placed: ThemeBlock,
  extension: ThemeExtension,
  block: ThemeBlockFile,
): Promise<string> {
  const forbidden = NOT_IN_BLOCKS.exec(block.source)?.[1];
  if (forbidden) throw new Error(`app blocks may not use the tag ${forbidden}`);
  const around = surroundingsOf(store, shop, extension, page.locale);
  const globals = { ...page.globals, app: { metafields: appMetafields(store, shop) } };
  const liquid = createLiquid(join(extension.path, "snippets"), globals, around);
  if (block.schema.available_if) {
    const shown = await renderLiquid(liquid, block.schema.available_if, {});
    if (shown.trim() !== "true") return "";
  }
  const html = await renderLiquid(liquid, block.source, {
    block: {
      id: placed.id,
      type: `shopify://apps/${store.app.handle}/blocks/${block.file}/${placed.id}`,
      settings: settingsOf(block, placed),
      shopify_attributes: "",
    },
    section: { id: `template--${placed.template}__apps`, settings: {} },
  });
  const tag = block.schema.tag ?? "div";
  const classes = ["shopify-block", "shopify-app-block", block.schema.class].filter(Boolean).join(" ");
  return `<${tag} id="shopify-block-${escapeHtml(placed.id)}" class="${escapeHtml(classes)}">${html}</${tag}>`;
}

/** A block that fails shows its error in its place, as at Shopify, and the page is still drawn. */
async function renderOrReport(
  store: Store,
  shop: ShopState,
  page: PageSurroundings,
  placed: ThemeBlock,
  found: [ThemeExtension, ThemeBlockFile],
): Promise<string> {
  try {
    return await renderBlock(store, shop, page, placed, ...found);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return `<p class="liquid-error">Liquid error (${escapeHtml(placed.block)}): ${escapeHtml(message)}</p>`;
  }
}

/** `template`: the theme editor's name. App embeds are on every page. */
export async function renderAppBlocks(
  store: Store,
  shop: ShopState,
  page: PageSurroundings,
  template: string,
): Promise<BlockHtml> {
  const html: BlockHtml = { section: "", head: "", body: "" };
  if (shop.installation === null) return html;
  const extensions = readThemeExtensions(store);
  const head = new Set<string>();
  for (const placed of shop.themeBlocks) {
    if (placed.template !== template && placed.template !== "*") continue;
    const found = findBlock(extensions, placed.block);
    if (found === null) continue;
    const [extension, { schema }] = found;
    const rendered = await renderOrReport(store, shop, page, placed, found);
    html[schema.target === "section" ? "section" : schema.target === "body" ? "body" : "head"] += rendered;
    if (rendered === "") continue;
    if (schema.stylesheet)
      head.add(`<link rel="stylesheet" href="${extensionAssetUrl(extension, schema.stylesheet)}">`);
    if (schema.javascript) head.add(`<script src="${extensionAssetUrl(extension, schema.javascript)}" async></script>`);
  }
  html.head += [...head].join("");
  return html;
}
