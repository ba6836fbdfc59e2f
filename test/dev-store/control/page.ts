// The page on which a person acts as a shopper or the merchant, or causes faults. Its only script reloads the page.

import { ordersOf } from "../history.ts";
import { escapeHtml } from "../http.ts";
import type { Delivery, ShopState, Store } from "../model.ts";
import { SWITCH_NAMES, SWITCHES } from "../switches.ts";
import { findDeliveries, readState } from "./readings.ts";

const STYLE = `
*{box-sizing:border-box}body{margin:0;font:16px/1.45 system-ui,sans-serif;background:#f4f1ea;color:#221d16}
header{background:#2f4a3a;color:#fff;padding:14px 16px}header h1{margin:0;font-size:20px}header p{margin:4px 0 0}header a{color:#fff}
main{max-width:1100px;margin:0 auto;padding:12px;display:grid;gap:12px;grid-template-columns:repeat(auto-fit,minmax(290px,1fr))}
section{background:#fff;border:1px solid #ddd5c6;border-radius:10px;padding:14px;min-width:0}h2{margin:0 0 8px;font-size:17px}
.wide{grid-column:1/-1;overflow-x:auto}label{display:block;margin:8px 0 2px;font-size:14px}
input,select,button{font:inherit;min-height:44px;padding:8px 10px;border-radius:8px;border:1px solid #8a8374;width:100%;background:#fff}
input[type=checkbox]{width:22px;min-height:22px;vertical-align:middle}
button{background:#2f4a3a;color:#fff;border-color:#2f4a3a;margin-top:10px;cursor:pointer}button.plain{background:#fff;color:#2f4a3a}
button.risk{background:#9c2b1e;border-color:#9c2b1e}.row{display:grid;grid-template-columns:1fr 1fr;gap:8px}.three{grid-template-columns:1fr 1fr 1fr}
.said{background:#fff6d8;border:1px solid #d9be62;border-radius:10px;padding:10px 14px;grid-column:1/-1}
table{border-collapse:collapse;width:100%;font-size:14px}th,td{text-align:left;padding:6px 8px;border-top:1px solid #e6dfd2;white-space:nowrap}
td button{margin:0}.good{color:#1d6b34}.bad{color:#9c2b1e}dl{display:grid;grid-template-columns:auto 1fr;gap:2px 12px;margin:0}dt{color:#5d5648}dd{margin:0}`;

export function controlPage(store: Store, shop: ShopState, search: URLSearchParams): string {
  const said = search.get("said");
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Control: ${escapeHtml(shop.name)}</title>
<meta name="viewport" content="width=device-width,initial-scale=1"><style>${STYLE}</style></head><body>
<header><h1>${escapeHtml(shop.name)}: control</h1><p><a href="/">Storefront</a> · <a href="/admin">Admin</a> · <a href="/control?shop=${shop.domain}">Reload</a></p></header>
<main>${said === null ? "" : `<p class="said" role="status">${escapeHtml(said)}</p>`}
${stateSection(store, shop)}${orderSection(shop)}${shopperSection(shop)}${changeSections(shop)}${metafieldSection(shop)}${appSection(store, shop)}${jobSection(store, shop)}${switchSection(store, shop)}${clockSection(store, shop)}${faultSection(store, shop)}
${webhookSection(store, shop, search)}</main></body></html>`;
}

function form(shop: ShopState, action: string, inside: string): string {
  return `<form method="post" action="/control/${action}?shop=${shop.domain}">${inside}</form>`;
}

function field(label: string, name: string, more = ""): string {
  return `<label>${label}<input name="${name}" ${more}></label>`;
}

function options(pairs: [string, string][]): string {
  return pairs.map(([value, label]) => `<option value="${escapeHtml(value)}">${escapeHtml(label)}</option>`).join("");
}

function stateSection(store: Store, shop: ShopState): string {
  const state = readState(store, shop);
  const rows = [
    ["Shop", shop.domain],
    ["Store time", `${state.now} (× ${state.speed})`],
    ["App", state.installation === null ? "not installed" : `installed ${state.installation.installedAt}`],
    ["Holds", `${state.customers} customers, ${state.orders} orders, ${state.products} products`],
    ["Webhooks", `${state.webhooks.delivered} delivered, ${state.webhooks.open} open, ${state.webhooks.failed} given up, ${state.webhooks.dropped} dropped`], // prettier-ignore
  ];
  const list = rows.map(([name = "", value = ""]) => `<dt>${name}</dt><dd>${escapeHtml(value)}</dd>`).join("");
  const shops = state.shops.map((domain) => `<a href="/control?shop=${domain}">${domain}</a>`).join(" · ");
  return `<section><h2>Now</h2><dl>${list}</dl>${state.shops.length > 1 ? `<p>${shops}</p>` : ""}</section>`;
}

function orderSection(shop: ShopState): string {
  const products = [...shop.products.values()]
    .slice(0, 300)
    .map((product): [string, string] => [product.id, product.title]);
  const last = [...shop.orders.values()].at(-1);
  return `<section><h2>Place an order</h2>${form(
    shop,
    "orders",
    `${field("Customer (id or mail; empty is a guest)", "customerId", 'list="customers"')}
<label>Product<select name="productId">${options(products)}</select></label>
<div class="row">${field("Quantity", "quantity", 'type="number" value="1" min="1"')}<label>Where<select name="where"><option value="online">Online store</option><option value="pos">Point of sale</option></select></label></div>
<label><input type="checkbox" name="test" value="yes"> Test order</label>
<button>Place the order</button>`,
  )}${form(
    shop,
    "order",
    `${field("Order (number or id)", "id", `value="${escapeHtml(last?.name ?? "")}"`)}
<div class="row three"><button name="do" value="refund" class="plain">Refund</button><button name="do" value="cancel" class="plain">Cancel</button><button name="do" value="delete" class="risk">Delete</button></div>
<div class="row"><button name="do" value="fulfil" class="plain">Send the parcel</button><button name="do" value="deliver" class="plain">Deliver the parcel</button></div>`,
  )}</section>`;
}

/** A few customers of each kind to choose from: the newest, and some without orders. */
function shopperSection(shop: ShopState): string {
  const people = [...shop.customers.values()].slice(-40);
  const list = people.map((customer) => `<option value="${customer.id}">${escapeHtml(`${customer.firstName} ${customer.lastName}, ${ordersOf(shop, customer.id).length} orders`)}</option>`); // prettier-ignore
  return `<section><h2>Be a shopper</h2><datalist id="customers">${list.join("")}</datalist>${form(
    shop,
    "shopper",
    `<label>Customer<select name="customerId"><option value="">Nobody: sign out</option>${list.join("")}</select></label><button>Go to the storefront as this shopper</button>`,
  )}${form(
    shop,
    "customers",
    `<div class="row">${field("First name", "firstName")}${field("Last name", "lastName")}</div>${field("Mail", "email", 'type="email"')}<button class="plain">New customer</button>`,
  )}</section>`;
}

function changeSections(shop: ShopState): string {
  const who = field("Customer (id or mail)", "id", 'list="customers"');
  return `<section><h2>Tags and consent</h2>${form(
    shop,
    "customer",
    `${who}<div class="row">${field("Add tags", "add")}${field("Remove tags", "remove")}</div><button class="plain" name="do" value="tags">Change tags</button>
<div class="row"><label>Channel<select name="channel"><option>email</option><option>sms</option></select></label>
<label>Consent<select name="state">${options([["SUBSCRIBED", "subscribed"], ["UNSUBSCRIBED", "unsubscribed"], ["PENDING", "pending"]])}</select></label></div>
<button class="plain" name="do" value="consent">Change consent</button>`, // prettier-ignore
  )}</section><section><h2>Two profiles of one person</h2>${form(
    shop,
    "customer",
    `${who}${field("Merge with (id or mail)", "with", 'list="customers"')}<button class="plain" name="do" value="merge">Merge them</button>`,
  )}</section><section><h2>What the law lets a customer ask</h2>${form(
    shop,
    "customer",
    `${who}<button class="plain" name="do" value="data-request">Request my data</button><button class="risk" name="do" value="redact">Erase me</button>`,
  )}</section>`;
}

function appSection(store: Store, shop: ShopState): string {
  const more = store.app.optionalScopes.map((scope) => `<label><input type="checkbox" name="optional" value="${scope}" checked> ${scope}</label>`); // prettier-ignore
  return `<section><h2>The app</h2>${form(shop, "install", `${more.join("")}<button>Install</button>`)}${form(shop, "uninstall", `<button class="plain">Uninstall</button>`)}${form(shop, "redact-shop", `<button class="risk">Send shop/redact now</button>`)}<p>Two days of store time after an uninstall it is sent by itself.</p></section>`;
}

function metafieldSection(shop: ShopState): string {
  const types = ["single_line_text_field", "number_integer", "number_decimal", "date", "date_time", "boolean", "json", "list.single_line_text_field"]; // prettier-ignore
  return `<section><h2>Metafields of a customer</h2>${form(
    shop,
    "customer",
    `${field("Customer (id or mail)", "id", 'list="customers"')}<div class="row">${field("Namespace", "namespace", 'value="custom"')}${field("Key", "key")}</div>
<label>Type<select name="type">${options(types.map((type) => [type, type]))}</select></label>${field("Value (empty removes it)", "value")}
<button class="plain" name="do" value="metafield">Set the metafield</button>`,
  )}</section>`;
}

function jobSection(store: Store, shop: ShopState): string {
  const names = store.config.appJobs?.names ?? [];
  if (names.length === 0) return "";
  return `<section><h2>The app's jobs</h2>${form(shop, "jobs", `<label>Job<select name="name">${options(names.map((name) => [name, name]))}</select></label><button class="plain">Run it now</button>`)}</section>`;
}

function switchSection(store: Store, shop: ShopState): string {
  const rows = SWITCH_NAMES.map((name) => {
    const isOn = store.switches[name];
    const say = (value: boolean) => `${value ? "yes" : "no"}${value === SWITCHES[name].strict ? " (strict)" : ""}`;
    const choices: [string, string][] = [String(isOn), String(!isOn)].map((value) => [value, say(value === "true")]);
    return `<label>${escapeHtml(SWITCHES[name].words)}<select name="${name}">${options(choices)}</select></label>`;
  });
  return `<section><h2>What Shopify leaves open</h2>${form(shop, "switches", `${rows.join("")}<button class="plain">Set</button>`)}<p>Not published: how far behind searches and customer segments are, in milliseconds of the store's time.</p>${form(shop, "lag", `<div class="row">${field("Searches", "search", `type="number" min="0" value="${store.lag.search}"`)}${field("Customer segments", "segments", `type="number" min="0" value="${store.lag.segments}"`)}</div><button class="plain">Set</button>`)}</section>`;
}

function clockSection(store: Store, shop: ShopState): string {
  return `<section><h2>Time</h2><p>This is the store's own time: webhooks' retries, discounts' dates and tokens follow it. The app keeps the clock of this machine and does not move with it.</p>${form(shop, "clock", `${field("Advance by hours", "hours", 'type="number" value="1" min="0" step="any"')}${field("Speed", "speed", `type="number" value="${store.clock.speed}" min="0.01" step="any"`)}<button class="plain">Set</button>`)}</section>`;
}

function faultSection(store: Store, shop: ShopState): string {
  const topics = [...new Set(store.app.subscriptions.map((subscription) => subscription.topic))];
  const keys: [string, string][] = [["*", "all webhooks"], ["admin", "Admin API"], ...topics.map((topic): [string, string] => [topic, topic])]; // prettier-ignore
  const kinds = ["402", "423", "429", "5xx", "slow", "drop", "lost", "duplicate", "reorder"];
  const fields = kinds.map((kind) => field(`${kind}, %`, kind, 'type="number" min="0" max="100" value="0"')).join("");
  const now = [...store.faults].map(([key, faults]) => `<li>${key}: ${faults.map((fault) => `${fault.kind} ${fault.share * 100} %`).join(", ")}</li>`); // prettier-ignore
  return `<section><h2>Misbehave</h2><ul>${now.join("") || "<li>All is well.</li>"}</ul>${form(
    shop,
    "faults",
    `<label>Where<select name="key">${options(keys)}</select></label><div class="row three">${fields}</div><button class="plain">Set</button>`,
  )}</section>`;
}

function webhookSection(store: Store, shop: ShopState, search: URLSearchParams): string {
  const rows = findDeliveries(store, search).map((delivery) => webhookRow(shop, delivery));
  return `<section class="wide" tabindex="0" aria-labelledby="webhooks"><h2 id="webhooks">Webhooks, newest first</h2><table><thead><tr><th>Topic</th><th>State</th><th>Answers</th><th>About</th><th>Triggered</th><th>Bytes</th><th></th></tr></thead><tbody>${rows.join("") || '<tr><td colspan="7">None yet.</td></tr>'}</tbody></table></section>`;
}

function webhookRow(shop: ShopState, delivery: Delivery): string {
  const answers = delivery.attempts.map((attempt) => `${attempt.status ?? escapeHtml(attempt.error ?? "")} (${attempt.milliseconds} ms)`); // prettier-ignore
  const tone = delivery.state === "delivered" ? "good" : delivery.state === "failed" || delivery.state === "dropped" ? "bad" : ""; // prettier-ignore
  const link = delivery.body === null ? delivery.topic : `<a href="/control/webhooks/${delivery.webhookId}">${delivery.topic}</a>`; // prettier-ignore
  const again = delivery.body === null ? "" : form(shop, `webhooks/${delivery.webhookId}/resend`, `<button class="plain" aria-label="Send ${delivery.topic} again">Again</button>`); // prettier-ignore
  return `<tr><td>${link}</td><td class="${tone}">${delivery.state}</td><td>${answers.join(", ")}</td><td>${delivery.resourceId}</td><td>${delivery.triggeredAt}</td><td>${delivery.bytes}</td><td>${again}</td></tr>`;
}
