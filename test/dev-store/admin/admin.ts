// The merchant's admin: the frame around the app, the editors, and plain pages of the store.

import { fileURLToPath } from "node:url";
import { answerHtml, redirect, type StoreAnswer, type StoreRequest } from "../http.ts";
import type { ShopState, Store } from "../model.ts";
import { serveAsset } from "../storefront/serve-asset.ts";
import { appBridgeScript } from "./app-bridge-script.ts";
import { appIcon, adminPage, appRoot, html, storePage } from "./chrome.ts";
import { CHECKOUT_EDITOR_PATH, checkoutEditorPage, saveCheckout } from "./checkout-editor.ts";
import { frameUrl, tunnelOrigin } from "./frame.ts";
import { answerInternal } from "./internal.ts";
import { customersPage, discountsPage, homePage, ordersPage, productsPage, segmentsPage } from "./store-pages.ts";
import { EDITOR_PATH, saveTheme, themeEditorPage } from "./theme-editor.ts";

const ASSETS = fileURLToPath(new URL("assets", import.meta.url));

function appPage(store: Store, shop: ShopState, path: string): string {
  const { name } = store.app;
  return adminPage(
    store,
    shop,
    appRoot(store),
    name,
    html`<div id="title-bar">
        <button id="title-back" type="button" class="button" hidden>←</button>
        ${appIcon(name)}
        <h1 id="title">${name}</h1>
        <div id="title-actions"></div>
      </div>
      <nav class="app-tabs" aria-label="${name}"><ul data-app-menu></ul></nav>
      <p id="app-silent" class="note critical" role="alert" hidden>
        ${name} did not answer. Its page loads App Bridge first, or it is not running.
      </p>
      <iframe
        name="app-iframe"
        title="${name}"
        data-source="${frameUrl(store, shop, path)}"
        data-origin="${tunnelOrigin(store)}"
        data-root="${appRoot(store)}"
        data-app-name="${name}"
        allow="clipboard-write"
      ></iframe>`,
  );
}

function answerApp(store: Store, shop: ShopState, url: URL): StoreAnswer {
  const root = appRoot(store);
  if (shop.installation === null) {
    const content = html`<div class="card">
      <p>${store.app.name} is not installed in this store. <a href="/control">The control page</a> installs it.</p>
    </div>`;
    return answerHtml(storePage(store, shop, "", "App not installed", content), 404);
  }
  return answerHtml(appPage(store, shop, url.pathname.slice(root.length) + url.search));
}

const EDITORS = {
  [EDITOR_PATH]: { page: themeEditorPage, save: saveTheme },
  [CHECKOUT_EDITOR_PATH]: { page: checkoutEditorPage, save: saveCheckout },
};

const PAGES: Record<string, (store: Store, shop: ShopState, search: string) => string> = {
  "/admin": homePage,
  "/admin/orders": ordersPage,
  "/admin/products": productsPage,
  "/admin/customers": customersPage,
  "/admin/customers/segments": segmentsPage,
  "/admin/segments": segmentsPage,
  "/admin/discounts": discountsPage,
};

/** The page of one object, such as /admin/customers/42, is the list, searched for that id. */
function answerPage(store: Store, shop: ShopState, url: URL): StoreAnswer | null {
  const path = url.pathname.replace(/\/$/, "");
  const page = PAGES[path];
  if (page) return answerHtml(page(store, shop, url.searchParams.get("query") ?? ""));
  const [, list, id] =
    /^(\/admin\/(?:orders|products|customers\/segments|customers|segments|discounts))\/(\d+)$/.exec(path) ?? [];
  return list && id ? redirect(`${list}?query=${id}`) : null;
}

function missingPage(store: Store, shop: ShopState): string {
  const content = html`<div class="card">
    <p>This page of Shopify’s admin is not part of the development store. <a href="/admin">Home</a></p>
  </div>`;
  return storePage(store, shop, "", "There’s no page at this address", content);
}

async function answerAsset(name: string): Promise<StoreAnswer | null> {
  if (name !== "app-bridge.js") return serveAsset(ASSETS, name);
  const headers = { "content-type": "text/javascript; charset=utf-8", "access-control-allow-origin": "*" };
  return { status: 200, headers, body: await appBridgeScript() };
}

/** Does not handle /admin/oauth and /admin/api, which belong to the Admin API. */
export async function handleAdmin(store: Store, shop: ShopState, request: StoreRequest): Promise<StoreAnswer | null> {
  const { url } = request;
  const path = url.pathname;
  if (path !== "/admin" && !path.startsWith("/admin/")) return null;
  if (path.startsWith("/admin/api/") || path.startsWith("/admin/oauth/")) return null;
  if (path.startsWith("/admin/assets/")) return answerAsset(path.slice("/admin/assets/".length));
  if (path.startsWith("/admin/internal/"))
    return answerInternal(store, shop, request, path.slice("/admin/internal/".length));
  const root = appRoot(store);
  if (path === root || path.startsWith(`${root}/`)) return answerApp(store, shop, url);
  const editor = Object.entries(EDITORS).find(([editorPath]) => editorPath === path)?.[1];
  if (editor)
    return request.method === "POST"
      ? editor.save(store, shop, request)
      : answerHtml(editor.page(store, shop, request));
  return answerPage(store, shop, url) ?? answerHtml(missingPage(store, shop), 404);
}
