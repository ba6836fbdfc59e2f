// The thank-you page: the order, and the UI extensions that the merchant placed there, each in its own frame.

import { readFile } from "node:fs/promises";
import { html, type Html } from "../admin/chrome.ts";
import { checkoutSessionToken } from "../auth/session-token.ts";
import { answerHtml, answerJson, answerText, type StoreAnswer, type StoreRequest } from "../http.ts";
import type { Order, ShopState, Store } from "../model.ts";
import { sum, toAmount } from "../money.ts";
import { CONSENT_SCRIPT, pixelTags } from "../pixel/pixel-facts.ts";
import { picturePath } from "../storefront/picture.ts";
import type { Visit } from "../storefront/visit.ts";
import { bundlePath, confirmationNumber, extensionDocument, placedExtensions, THANK_YOU } from "./extension-page.ts";
import { checkoutPage, drawLines, drawTotals } from "./page.ts";

/** Order ids by checkout token. Orders are searched once for each new token. */
const found = new WeakMap<ShopState, Map<string, string>>();

function findOrder(shop: ShopState, token: string): Order | null {
  const known = found.get(shop) ?? new Map<string, string>();
  found.set(shop, known);
  const order = shop.orders.get(known.get(token) ?? "");
  if (order) return order;
  for (const candidate of shop.orders.values()) {
    if (candidate.checkoutToken !== token) continue;
    known.set(token, candidate.id);
    return candidate;
  }
  return null;
}

function drawDetails(order: Order): Html {
  const address = order.shippingAddress;
  const place = address
    ? html`${address.firstName} ${address.lastName}<br />${address.address1}<br />${address.zip} ${address.city}<br />${address.countryCode ?? ""}`
    : html`–`;
  return html`<div class="box details">
    <div>
      <h3>Contact information</h3>
      <p>${order.email ?? ""}</p>
    </div>
    <div>
      <h3>Payment</h3>
      <p>Accepted</p>
    </div>
    <div>
      <h3>Shipping address</h3>
      <p>${place}</p>
    </div>
    <div>
      <h3>Shipping method</h3>
      <p>Standard</p>
    </div>
  </div>`;
}

function drawExtensions(store: Store, shop: ShopState, token: string): Html[] {
  return placedExtensions(store, shop, THANK_YOU).map(
    ({ extension }) =>
      html`<div class="extension">
        <iframe
          title="${extension.name}"
          data-extension="${extension.folder}"
          sandbox="allow-scripts allow-popups"
          data-source="/checkouts/${token}/extensions/${extension.folder}"
        ></iframe>
      </div>`,
  );
}

function thankYouPage(store: Store, shop: ShopState, visit: Visit, order: Order, token: string): string {
  const name = order.shippingAddress?.firstName || visit.shopper?.firstName || "";
  const main = html`<div class="thanks">
      <span class="tick" aria-hidden="true">✓</span>
      <div>
        <p class="subdued">Confirmation #${confirmationNumber(order)}</p>
        <h1>Thank you${name ? `, ${name}` : ""}!</h1>
      </div>
    </div>
    <div class="box">
      <h2 class="small">Your order is confirmed</h2>
      <p style="margin:0">Order ${order.name}. You’ll receive a confirmation e-mail soon.</p>
    </div>
    ${drawExtensions(store, shop, token)}
    <h2>Order details</h2>
    ${drawDetails(order)} <a class="go-on" href="/">Continue shopping</a>`;
  const lines = order.lineItems.map((line) => {
    const product = shop.products.get(line.productId ?? "");
    return { ...line, picture: product ? picturePath(product) : "data:," };
  });
  const discount = sum(order.lineItems.map((line) => line.discount));
  const items = order.lineItems.flatMap((line) => Array.from({ length: line.quantity }, () => line.price));
  const totals = {
    subtotal: toAmount(sum(items), shop.currency),
    discount: toAmount(discount, shop.currency),
    shipping: order.shipping,
    total: order.total,
  };
  const codes = order.discountCodes.map(({ code }) => html`<span class="code">${code}</span>`);
  const side = html`${drawLines(shop, lines)}${codes}${drawTotals(shop, totals)}`;
  const head = CONSENT_SCRIPT + pixelTags(store, shop, visit.shopper, { token, order: { id: order.id } });
  return checkoutPage(shop, visit.locale, "Thank you", main, side, { script: "thank-you.js", token, head });
}

async function serveBundle(path: string): Promise<StoreAnswer> {
  try {
    const body = await readFile(path);
    return {
      status: 200,
      headers: {
        "content-type": "text/javascript; charset=utf-8",
        "access-control-allow-origin": "*",
        "cache-control": "no-cache",
      },
      body,
    };
  } catch {
    return answerText("The extension is not built.", 404, { "access-control-allow-origin": "*" });
  }
}

async function answerExtension(
  store: Store,
  shop: ShopState,
  request: StoreRequest,
  visit: Visit,
  order: Order,
  folder: string,
  isBundle: boolean,
): Promise<StoreAnswer | null> {
  const placed = placedExtensions(store, shop, THANK_YOU).find(({ extension }) => extension.folder === folder);
  if (placed === undefined) return null;
  if (isBundle) return serveBundle(bundlePath(placed.extension));
  const { html: page, policy } = extensionDocument(store, shop, request, visit, order, placed);
  return answerHtml(page, 200, { "content-security-policy": policy });
}

export async function answerThankYou(
  store: Store,
  shop: ShopState,
  request: StoreRequest,
  visit: Visit,
): Promise<StoreAnswer | null> {
  const [, token = "", rest = ""] = /^\/checkouts\/([0-9a-zA-Z_-]+)\/(.+?)\/?$/.exec(request.url.pathname) ?? [];
  const order = findOrder(shop, token);
  if (order === null) return null;
  if (rest === "thank-you" || rest === "thank_you") return answerHtml(thankYouPage(store, shop, visit, order, token));
  if (rest === "session-token") {
    const signedIn = visit.shopper ? { customerId: visit.shopper.id } : {};
    return answerJson({ token: checkoutSessionToken(store, shop, signedIn) });
  }
  const [, folder, bundle] = /^extensions\/([^/]+)(\/bundle\.js)?$/.exec(rest) ?? [];
  return folder ? answerExtension(store, shop, request, visit, order, folder, bundle !== undefined) : null;
}
