// Plain pages of the store's own admin, which show the merchant's data.

import { summaryOf } from "../admin-api/fields/discount/summary.ts";
import type { Customer, Discount, Order, ShopState, Store } from "../model.ts";
import { formatMoney } from "../storefront/money.ts";
import { appRoot, html, storePage, type Html } from "./chrome.ts";

const SHOWN = 50;

function drawTable(heads: string[], rows: Html[][], empty: string): Html {
  if (rows.length === 0) return html`<div class="card"><p class="subdued">${empty}</p></div>`;
  return html`<div class="card table" role="region" aria-label="List" tabindex="0">
    <table>
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** The newest objects, or the object whose id is searched for: the URL of one object leads to its list. */
function newest<T extends { id: string }>(items: Map<string, T>, search: string): T[] {
  const one = items.get(search.trim());
  return one ? [one] : [...items.values()].slice(-SHOWN).reverse();
}

const nameOf = (customer: Customer | undefined): string =>
  customer ? `${customer.firstName} ${customer.lastName}`.trim() || (customer.email ?? customer.id) : "Guest";
const dayOf = (shop: ShopState, time: string): string =>
  new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: shop.timeZone }).format(
    new Date(time),
  );
const text = (value: string | number): Html => html`${value}`;

function stateOf(order: Order): Html {
  if (order.cancelledAt) return html`<span class="badge">Cancelled</span>`;
  if (order.refunds.length > 0) return html`<span class="badge">Refunded</span>`;
  return html`<span class="badge good">Paid</span>`;
}

export function ordersPage(store: Store, shop: ShopState, search: string): string {
  const rows = newest(shop.orders, search).map((order) => [
    html`<strong>${order.name}</strong>`,
    text(dayOf(shop, order.processedAt)),
    text(nameOf(shop.customers.get(order.customerId ?? ""))),
    text(formatMoney(order.total, shop.currency, shop.locale)),
    stateOf(order),
    text(order.discountCodes.map(({ code }) => code).join(", ")),
  ]);
  const heads = ["Order", "Date", "Customer", "Total", "Payment", "Discount"];
  return storePage(store, shop, "/admin/orders", "Orders", drawTable(heads, rows, "Your orders will show here."));
}

export function customersPage(store: Store, shop: ShopState, search: string): string {
  const wanted = search.trim().toLowerCase();
  const found = [...shop.customers.values()].filter((customer) =>
    `${nameOf(customer)} ${customer.email ?? ""} ${customer.id}`.toLowerCase().includes(wanted),
  );
  const rows = found
    .slice(-SHOWN)
    .reverse()
    .map((customer) => [
      html`<strong>${nameOf(customer)}</strong>`,
      text(customer.email ?? ""),
      text(customer.emailConsent.state === "SUBSCRIBED" ? "Subscribed" : "Not subscribed"),
      text(customer.tags.join(", ")),
      text(dayOf(shop, customer.createdAt)),
    ]);
  const heads = ["Customer", "E-mail", "E-mail marketing", "Tags", "Added"];
  const content = html`<form class="search">
      <input
        type="search"
        name="query"
        value="${search}"
        placeholder="Search customers"
        aria-label="Search customers"
      />
    </form>
    ${drawTable(heads, rows, "No customers found.")}
    <p class="subdued">${found.length} customers</p>`;
  return storePage(store, shop, "/admin/customers", "Customers", content);
}

export function productsPage(store: Store, shop: ShopState, search: string): string {
  const rows = newest(shop.products, search).map((product) => [
    html`<a href="/products/${product.handle}" target="_blank">${product.title}</a>`,
    text(product.productType),
    text(product.vendor),
    text(formatMoney(product.variants[0]?.price ?? "0", shop.currency, shop.locale)),
  ]);
  return storePage(
    store,
    shop,
    "/admin/products",
    "Products",
    drawTable(["Product", "Type", "Vendor", "Price"], rows, "No products yet."),
  );
}

export function segmentsPage(store: Store, shop: ShopState, search: string): string {
  const rows = newest(shop.segments, search).map((segment) => [
    html`<strong>${segment.name}</strong>`,
    html`<code>${segment.query}</code>`,
    text(dayOf(shop, segment.lastEditDate)),
  ]);
  const table = drawTable(["Segment", "Query", "Last edited"], rows, "No segments yet.");
  return storePage(store, shop, "/admin/customers/segments", "Segments", table);
}

function eligibilityOf(shop: ShopState, discount: Discount): string {
  if (discount.context.kind === "all") return "All customers";
  if (discount.context.kind === "customers") return `${discount.context.customerIds.length} customers`;
  return discount.context.segmentIds.map((id) => shop.segments.get(id)?.name ?? "Deleted segment").join(", ");
}

export function discountsPage(store: Store, shop: ShopState, search: string): string {
  const now = store.clock.now().toISOString();
  const rows = newest(shop.discounts, search).map((discount) => [
    html`<strong>${discount.codes[0] ?? discount.title}</strong>`,
    text(discount.method === "code" ? "Code" : "Automatic"),
    text(summaryOf(shop, discount)),
    text(eligibilityOf(shop, discount)),
    discount.startsAt <= now && (!discount.endsAt || discount.endsAt > now)
      ? html`<span class="badge good">Active</span>`
      : html`<span class="badge">Not active</span>`,
    text(discount.usedBy.length),
  ]);
  const heads = ["Discount", "Method", "Value", "Eligibility", "Status", "Used"];
  return storePage(store, shop, "/admin/discounts", "Discounts", drawTable(heads, rows, "No discounts yet."));
}

export function homePage(store: Store, shop: ShopState): string {
  const figures: [string, number, string][] = [
    ["Orders", shop.orders.size, "/admin/orders"],
    ["Customers", shop.customers.size, "/admin/customers"],
    ["Products", shop.products.size, "/admin/products"],
    ["Discounts", shop.discounts.size, "/admin/discounts"],
  ];
  const app = shop.installation
    ? html`<a class="button primary" href="${appRoot(store)}">Open ${store.app.name}</a>`
    : html`<p class="subdued">No app is installed. <a href="/control">The control page</a> installs it.</p>`;
  const content = html`<div class="figures">
      ${figures.map(([label, value, href]) => html`<a class="card" href="${href}"><span>${label}</span><strong>${value.toLocaleString("en")}</strong></a>`)}
    </div>
    <div class="card">
      <h2>Apps</h2>
      ${app}
    </div>
    <div class="card">
      <h2>Your store</h2>
      <p>
        <a href="/" target="_blank">View your online store</a> ·
        <a href="/admin/themes/current/editor">Theme editor</a> ·
        <a href="/admin/settings/checkout/editor">Checkout editor</a>
      </p>
    </div>`;
  return storePage(store, shop, "/admin", shop.name, content);
}
