// The frame of every checkout page.

import { escapeHtml } from "../http.ts";
import { html, type Html } from "../admin/chrome.ts";
import type { ShopState } from "../model.ts";
import { toAmount, toMillionths } from "../money.ts";
import { directionOf } from "../storefront/liquid/objects.ts";
import { formatMoney } from "../storefront/money.ts";
import type { PricedVisit } from "./price-visit.ts";

export const CHECKOUT_CDN = "/cdn/shopifycloud/checkout";

export function checkoutPage(
  shop: ShopState,
  locale: string,
  title: string,
  main: Html,
  side: Html,
  options: { script?: string; token?: string; head?: string } = {},
): string {
  const script = options.script ? `<script type="module" src="${CHECKOUT_CDN}/${options.script}"></script>` : "";
  return html`<!doctype html>
    <html lang="${locale}" dir="${directionOf(locale)}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} – ${shop.name}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${CHECKOUT_CDN}/checkout.css" />
        ${{ html: script + (options.head ?? "") }}
      </head>
      <body
        class="${options.token ? "thank-you" : "paying"}"
        ${{ html: options.token ? `data-token="${escapeHtml(options.token)}"` : "" }}
      >
        <header class="top"><a href="/">${shop.name}</a></header>
        <div class="columns">
          <main class="main">${main}</main>
          <aside class="side" aria-label="Order summary"><div>${side}</div></aside>
        </div>
      </body>
    </html>`.html;
}

export type ShownLine = { title: string; picture: string; quantity: number; price: string; discount: string };

export function drawLines(shop: ShopState, lines: ShownLine[]): Html {
  return html`<ul class="lines">
    ${lines.map((line) => {
      const price = formatMoney(toAmount(toMillionths(line.price) * line.quantity), shop.currency, shop.locale);
      return html`<li>
        <span class="picture"
          ><img src="${line.picture}" alt="" /><span aria-label="Quantity">${line.quantity}</span></span
        >
        <span
          >${line.title}${Number(line.discount) > 0 ? html`<br /><span class="subdued">−${formatMoney(line.discount, shop.currency, shop.locale)}</span>` : null}</span
        ><span>${price}</span>
      </li>`;
    })}
  </ul>`;
}

export function drawTotals(
  shop: ShopState,
  priced: Pick<PricedVisit, "subtotal" | "discount" | "shipping" | "total">,
): Html {
  const money = (amount: string): string => formatMoney(amount, shop.currency, shop.locale);
  return html`<dl class="totals">
    <div>
      <dt>Subtotal</dt>
      <dd id="subtotal">${money(priced.subtotal)}</dd>
    </div>
    ${
      Number(priced.discount) > 0
        ? html`<div>
            <dt>Discount</dt>
            <dd id="discount">−${money(priced.discount)}</dd>
          </div>`
        : null
    }
    <div>
      <dt>Shipping</dt>
      <dd id="shipping">${Number(priced.shipping) > 0 ? money(priced.shipping) : "Free"}</dd>
    </div>
    <div class="total">
      <dt>Total</dt>
      <dd><span class="subdued">${shop.currency}</span> <span id="total">${money(priced.total)}</span></dd>
    </div>
  </dl>`;
}
