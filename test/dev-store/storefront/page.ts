// Renders a page of the theme: its template, the app blocks on it, and the layout.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { answerHtml, type StoreAnswer, type StoreRequest } from "../http.ts";
import type { ShopState, Store } from "../model.ts";
import { CONSENT_SCRIPT, pixelTags } from "../pixel/pixel-facts.ts";
import { renderAppBlocks } from "./app-blocks.ts";
import { cartObject } from "./cart-object.ts";
import { createLiquid, renderLiquid } from "./liquid/engine.ts";
import { customerObject, directionOf, languageObject, shopObject, TemplateDrop } from "./liquid/objects.ts";
import type { Visit } from "./visit.ts";

const THEME = fileURLToPath(new URL("theme", import.meta.url));
const ROUTES = {
  root_url: "/",
  account_url: "/account",
  account_login_url: "/account/login",
  account_logout_url: "/account/logout",
  account_register_url: "/account/register",
  all_products_collection_url: "/collections/all",
  cart_url: "/cart",
  cart_add_url: "/cart/add",
  cart_change_url: "/cart/change",
  cart_update_url: "/cart/update",
  cart_clear_url: "/cart/clear",
  collections_url: "/collections",
  search_url: "/search",
};

export type PageContent = {
  /** The theme's template. `customers/…` for account pages. */
  template: string;
  title: string;
  /** Objects of this kind of page, such as product. */
  objects?: Record<string, unknown>;
  status?: number;
};

export type Storefront = { store: Store; shop: ShopState; request: StoreRequest; visit: Visit };

/** The theme editor's name of this page for placing blocks. */
const placeOf = (template: string): string => template.replace(/^customers\//, "");

function globalsOf(
  { store, shop, request, visit }: Storefront,
  { template, title, objects }: PageContent,
): Record<string, unknown> {
  const { locale, locales, shopper } = visit;
  const language = languageObject(locale, shop.locale);
  return {
    shop: shopObject(store, shop),
    customer: shopper && customerObject(store, shop, shopper),
    cart: cartObject(store, shop, visit),
    localization: {
      language,
      available_languages: locales.map((code) => languageObject(code, shop.locale)),
      country: { iso_code: shop.country, name: shop.country, currency: { iso_code: shop.currency } },
    },
    request: {
      locale: language,
      host: request.headers["host"] ?? shop.domain,
      path: request.url.pathname,
      origin: request.url.origin,
      page_type: placeOf(template),
      design_mode: false,
      direction: directionOf(locale),
    },
    routes: ROUTES,
    template: new TemplateDrop(template),
    page_title: title,
    settings: {},
    ...objects,
  };
}

function themeLiquid({ store, shop, visit }: Storefront, globals: object) {
  return createLiquid(join(THEME, "snippets"), globals, {
    currency: shop.currency,
    locale: visit.locale,
    now: () => store.clock.now(),
    timeZone: shop.timeZone,
    words: {},
    fallback: {},
    assetUrl: (name) => `/cdn/shop/t/1/assets/${name}`,
  });
}

const readTheme = (name: string): string => readFileSync(join(THEME, `${name}.liquid`), "utf8");

/** What Shopify adds to every head: a global object with the shop's data, and pixels. */
function headerOf({ store, shop, visit }: Storefront): string {
  const facts = {
    shop: shop.domain,
    locale: visit.locale,
    country: shop.country,
    currency: { active: shop.currency, rate: "1.0" },
  };
  const json = JSON.stringify(facts).replaceAll("<", "\\u003c");
  const scripts = `${CONSENT_SCRIPT}<script src="/cdn/shopifycloud/storefront.js"></script>`;
  return `<script id="shopify-facts" type="application/json">${json}</script>${scripts}${pixelTags(store, shop, visit.shopper)}`;
}

/** Renders a template of the theme, or `source` instead, in the theme's layout. */
export async function renderPage(
  front: Storefront,
  content: PageContent,
  source = readTheme(`templates/${content.template}`),
): Promise<StoreAnswer> {
  const globals = globalsOf(front, content);
  const blocks = await renderAppBlocks(
    front.store,
    front.shop,
    { locale: front.visit.locale, globals },
    placeOf(content.template),
  );
  const liquid = themeLiquid(front, globals);
  const section =
    blocks.section && `<section id="shopify-section-apps" class="shopify-section apps">${blocks.section}</section>`;
  const body = await renderLiquid(liquid, source, { content_for_apps: section });
  const page = await renderLiquid(liquid, readTheme("layout/theme"), {
    content_for_layout: body,
    content_for_header: headerOf(front) + blocks.head,
    content_for_embeds: blocks.body,
  });
  return answerHtml(page, content.status ?? 200);
}
