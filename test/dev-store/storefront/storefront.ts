// The online store: pages of the theme, the cart, accounts, and the app's blocks and proxy.

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { answerJson, answerText, readFields, redirect, type StoreAnswer, type StoreRequest } from "../http.ts";
import type { ShopState, Store } from "../model.ts";
import { answerPixelFiles } from "../pixel/pixel-facts.ts";
import { answerAccount } from "./account-routes.ts";
import { answerProxy } from "./app-proxy.ts";
import { answerCart } from "./cart-routes.ts";
import { readThemeExtensions } from "./extension-files.ts";
import { productObject } from "./liquid/objects.ts";
import { renderPage, type Storefront } from "./page.ts";
import { drawProduct } from "./picture.ts";
import { publishedEvents, publishEvent } from "./published-events.ts";
import { serveAsset } from "./serve-asset.ts";
import { keepCart, noteLanding, readVisit } from "./visit.ts";

const OWN = fileURLToPath(new URL(".", import.meta.url));
const PER_PAGE = 24;

async function answerCdn(store: Store, shop: ShopState, path: string): Promise<StoreAnswer | null> {
  if (path.startsWith("/cdn/shop/t/1/assets/")) return serveAsset(join(OWN, "theme/assets"), path.slice(21));
  const [, script] = /^\/cdn\/shopifycloud\/((?:storefront|consent)\.js)$/.exec(path) ?? [];
  if (script) return serveAsset(join(OWN, "browser"), script);
  const pixel = await answerPixelFiles(store, path);
  if (pixel) return pixel;
  const [, productId] = /^\/cdn\/shop\/products\/(\d+)\.svg$/.exec(path) ?? [];
  const product = shop.products.get(productId ?? "");
  if (product) {
    return {
      status: 200,
      headers: { "content-type": "image/svg+xml", "cache-control": "max-age=3600" },
      body: drawProduct(product),
    };
  }
  const [, folder, name] = /^\/cdn\/extensions\/([^/]+)\/assets\/([^/]+)$/.exec(path) ?? [];
  const extension = readThemeExtensions(store).find((entry) => entry.folder === folder);
  return extension && name ? serveAsset(join(extension.path, "assets"), name) : null;
}

function homePage(front: Storefront): Promise<StoreAnswer> {
  const { store, shop } = front;
  const products = [...shop.products.values()].slice(0, 8).map((product) => productObject(store, shop, product));
  return renderPage(front, { template: "index", title: shop.name, objects: { featured: products } });
}

function collectionPage(front: Storefront): Promise<StoreAnswer> {
  const { store, shop, request } = front;
  const query = request.url.searchParams;
  const wanted = (query.get("q") ?? "").toLowerCase();
  const page = Math.max(1, Number(query.get("page")) || 1);
  const found = [...shop.products.values()].filter((product) => product.title.toLowerCase().includes(wanted));
  const products = found
    .slice((page - 1) * PER_PAGE, page * PER_PAGE)
    .map((product) => productObject(store, shop, product));
  const collection = {
    title: "All products",
    handle: "all",
    url: "/collections/all",
    products,
    products_count: found.length,
  };
  const link = (to: number): string =>
    `?${new URLSearchParams({ ...(wanted && { q: wanted }), page: String(to) }).toString()}`;
  const objects = {
    collection,
    search: query.get("q") ?? "",
    previous: page > 1 ? link(page - 1) : null,
    next: page * PER_PAGE < found.length ? link(page + 1) : null,
  };
  return renderPage(front, { template: "collection", title: "All products", objects });
}

function productPage(front: Storefront, handle: string): Promise<StoreAnswer> {
  const { store, shop } = front;
  for (const product of shop.products.values()) {
    if (product.handle !== handle) continue;
    const objects = { product: productObject(store, shop, product) };
    return renderPage(front, { template: "product", title: product.title, objects });
  }
  return missingPage(front);
}

function missingPage(front: Storefront): Promise<StoreAnswer> {
  return renderPage(front, { template: "404", title: "Page not found", status: 404 });
}

/** A shareable discount link: the code is kept in the cart until the checkout. */
function takeDiscount(front: Storefront, code: string): StoreAnswer {
  const { cart } = front.visit;
  cart.codes = [...new Set([...cart.codes, code])];
  keepCart(front.visit);
  const wanted = front.request.url.searchParams.get("redirect") ?? "/";
  return redirect(/^\/(?![/\\])/.test(wanted) ? wanted : "/");
}

function changeLocale(front: Storefront): StoreAnswer {
  const locale = readFields(front.request)["locale"] ?? "";
  const back = new URL(front.request.headers["referer"] ?? "/", front.request.url);
  back.searchParams.set("locale", locale);
  return redirect(back.pathname + back.search);
}

type Route = (front: Storefront, name: string) => Promise<StoreAnswer> | StoreAnswer;

const PAGES: Record<string, Route> = {
  "GET /": homePage,
  "GET /collections": collectionPage,
  "GET /collections/all": collectionPage,
  "GET /search": collectionPage,
  "GET /cart": (front) => renderPage(front, { template: "cart", title: "Your cart" }),
  "POST /localization": changeLocale,
  "GET /.published-events": ({ shop }) => answerJson(publishedEvents(shop)),
  "POST /.published-events": ({ shop, request }) => {
    publishEvent(shop, request.body.toString("utf8"));
    return answerText("", 204);
  },
};
const NAMED: Record<string, Route> = { products: productPage, discount: takeDiscount };

async function answerPath(front: Storefront): Promise<StoreAnswer | null> {
  const { request } = front;
  const path = request.url.pathname;
  const page = PAGES[`${request.method === "HEAD" ? "GET" : request.method} ${path}`];
  if (page) return page(front, "");
  const [, kind = "", name = ""] = /^\/(products|discount)\/([^/]+)\/?$/.exec(path) ?? [];
  const named = NAMED[kind];
  if (named) return named(front, decodeURIComponent(name));
  return answerCart(front) ?? (await answerAccount(front)) ?? (await answerProxy(front));
}

/** Handles every URL that no other handler has. An unknown URL is the theme's own 404 page. */
export async function handleStorefront(
  store: Store,
  shop: ShopState,
  request: StoreRequest,
): Promise<StoreAnswer | null> {
  const path = request.url.pathname;
  if (/^\/(admin|checkout|checkouts|control|bulk)(\/|$)/.test(path)) return null;
  if (path === "/favicon.ico") return answerText("", 204);
  if (path.startsWith("/cdn/")) return (await answerCdn(store, shop, path)) ?? answerText("", 404);
  const visit = readVisit(store, shop, request);
  const front = { store, shop, request, visit };
  if (request.method === "GET" && !path.endsWith(".js")) noteLanding(visit, request);
  const answer = (await answerPath(front)) ?? (await missingPage(front));
  if (visit.cookies.length === 0) return answer;
  return { ...answer, headers: { ...answer.headers, "set-cookie": visit.cookies } };
}
