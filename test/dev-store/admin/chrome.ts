// The admin's page around any content: top bar, menu, main column.

import { escapeHtml } from "../http.ts";
import type { ShopState, Store } from "../model.ts";
import { shopHandle } from "./frame.ts";

/** Content that is HTML already. Any other value in `html` is escaped. */
export type Html = { html: string };

export function html(parts: TemplateStringsArray, ...values: (string | number | null | Html | Html[])[]): Html {
  const shown = values.map((value) => {
    if (Array.isArray(value)) return value.map((entry) => entry.html).join("");
    if (typeof value === "object") return value === null ? "" : value.html;
    return escapeHtml(String(value));
  });
  return { html: parts.reduce((text, part, index) => text + (shown[index - 1] ?? "") + part) };
}

const MENU = [
  { href: "/admin", label: "Home", icon: "M3 9.5 10 4l7 5.5V16a1 1 0 0 1-1 1h-4v-4H8v4H4a1 1 0 0 1-1-1z" },
  { href: "/admin/orders", label: "Orders", icon: "M4 5h12l-1 9H5zM7 17h.1M13 17h.1" },
  { href: "/admin/products", label: "Products", icon: "M4 4h6l7 7-6 6-7-7zM7 7h.1" },
  {
    href: "/admin/customers",
    label: "Customers",
    icon: "M10 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM4 17c0-3 2.7-5 6-5s6 2 6 5",
  },
  { href: "/admin/customers/segments", label: "Segments", icon: "M10 3v7h7a7 7 0 1 1-7-7z" },
  { href: "/admin/discounts", label: "Discounts", icon: "M5 15 15 5M6.5 7h.1M13.5 13h.1" },
  { href: "/admin/themes/current/editor", label: "Online store", icon: "M4 8h12l-1-4H5zM5 8v8h10V8" },
  { href: "/admin/settings/checkout/editor", label: "Checkout", icon: "M3 6h14v8H3zM3 9h14" },
];

function drawIcon(path: string): Html {
  return {
    html: `<svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true"><path d="${path}" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round"/></svg>`,
  };
}

function drawMenu(current: string): Html[] {
  return MENU.map(
    ({ href, label, icon }) =>
      html`<li>
        <a href="${href}" ${{ html: href === current ? 'aria-current="page"' : "" }}>${drawIcon(icon)}${label}</a>
      </li>`,
  );
}

export function appRoot(store: Store): string {
  return `/admin/apps/${store.app.handle}`;
}

export function appIcon(name: string): Html {
  return html`<span class="app-icon" aria-hidden="true">${name.slice(0, 1).toUpperCase()}</span>`;
}

function drawApps(store: Store, shop: ShopState, inApp: boolean): Html {
  if (shop.installation === null) return html`<li><span class="menu-note">No apps installed</span></li>`;
  return html`<li>
    <a href="${appRoot(store)}" ${{ html: inApp ? "data-app-link" : "" }}
      >${appIcon(store.app.name)}${store.app.name}</a
    >
    ${inApp ? html`<ul data-app-menu></ul>` : null}
  </li>`;
}

/** `current`: the path of the menu's item; for the app's page, the app's root. */
export function adminPage(store: Store, shop: ShopState, current: string, title: string, content: Html): string {
  const inApp = current === appRoot(store);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${inApp ? shop.name : `${title} · ${shop.name}`}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/admin/assets/admin.css" />
        <script type="module" src="/admin/assets/menu.js"></script>
        ${inApp ? html`<script type="module" src="/admin/assets/host/main.js"></script>` : null}
      </head>
      <body class="${inApp ? "in-app" : "in-store"}">
        <header class="top-bar">
          <button id="menu-button" type="button" aria-label="Menu" aria-expanded="false" aria-controls="menu">
            ☰
          </button>
          <a class="brand" href="/admin">${shop.name}</a>
          <a class="top-link" href="/" target="_blank">View store</a>
          <a class="top-link" href="/control" target="_blank">Control</a>
          <span class="who" title="${shop.email}">${shopHandle(shop).slice(0, 2).toUpperCase()}</span>
          <div id="save-bar" role="region" aria-label="Unsaved changes" hidden>
            <span>Unsaved changes</span>
            <button id="save-bar-discard" type="button" class="button dark">Discard</button>
            <button id="save-bar-save" type="button" class="button light">Save</button>
          </div>
          <div id="progress" hidden></div>
        </header>
        <nav id="menu" aria-label="Admin">
          <ul>
            ${drawMenu(current)}
          </ul>
          <h2>Apps</h2>
          <ul>
            ${drawApps(store, shop, inApp)}
          </ul>
        </nav>
        <div id="menu-shade"></div>
        <main ${{ html: inApp ? "" : 'tabindex="0"' }}>${content}</main>
        <div id="toasts" role="status" aria-live="polite"></div>
      </body>
    </html>`.html;
}

/** A page of the store: a heading and cards. */
export function storePage(store: Store, shop: ShopState, current: string, title: string, content: Html): string {
  return adminPage(
    store,
    shop,
    current,
    title,
    html`<div class="page">
      <h1>${title}</h1>
      ${content}
    </div>`,
  );
}
