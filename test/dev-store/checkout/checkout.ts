// The checkout: contact, address, discount codes and totals. Paying places the order and redirects to the thank-you page.

import { fileURLToPath } from "node:url";
import { html, type Html } from "../admin/chrome.ts";
import { createCustomer } from "../commands/customer.ts";
import { placeOrder } from "../commands/order.ts";
import { answerHtml, answerText, readForm, redirect, type StoreAnswer, type StoreRequest } from "../http.ts";
import { newEventId } from "../happen.ts";
import type { Order, ShopState, Store } from "../model.ts";
import { picturePath } from "../storefront/picture.ts";
import { serveAsset } from "../storefront/serve-asset.ts";
import { cartLines, clearCart, keepCart, readVisit, type CartLine, type Visit } from "../storefront/visit.ts";
import { addressOf, contactOf, customerWith, faultIn, readContact, type Contact } from "./contact.ts";
import { CHECKOUT_CDN, checkoutPage, drawLines, drawTotals } from "./page.ts";
import { priceVisit, type PricedVisit } from "./price-visit.ts";
import { answerThankYou } from "./thank-you.ts";

const BROWSER = fileURLToPath(new URL("browser", import.meta.url));
const COUNTRIES = ["GB", "IN", "US", "CA", "DE", "FR", "IE", "NL", "ES", "IT", "AU", "NZ", "AE", "PK", "JP"];

type Shown = { contact: Contact; lines: CartLine[]; priced: PricedVisit; fault: string; codeFault: string };

function drawContact(visit: Visit, contact: Contact): Html {
  if (visit.shopper) {
    return html`<div class="contact">
      <p class="box" style="flex:1;margin:0">${contact.email || visit.shopper.firstName}</p>
    </div>`;
  }
  return html`<div class="contact">
      <span class="subdued">Guest checkout</span><a href="/account/login?return_to=/checkout">Log in</a>
    </div>
    <label class="field"
      >E-mail<input type="email" name="email" value="${contact.email}" autocomplete="email" required
    /></label>`;
}

function drawAddress(shop: ShopState, contact: Contact): Html {
  const names = new Intl.DisplayNames(["en"], { type: "region" });
  const countries = [...new Set([contact.country, shop.country, ...COUNTRIES])].filter(Boolean);
  const options = countries.map(
    (code) =>
      html`<option value="${code}" ${{ html: code === contact.country ? "selected" : "" }}>
        ${names.of(code) ?? code}
      </option>`,
  );
  return html`<label class="field"
      >Country/Region<select name="country">
        ${options}
      </select></label
    >
    <div class="pair">
      <label class="field"
        >First name<input name="first_name" value="${contact.first_name}" autocomplete="given-name"
      /></label>
      <label class="field"
        >Last name<input name="last_name" value="${contact.last_name}" autocomplete="family-name" required
      /></label>
    </div>
    <label class="field"
      >Address<input name="address1" value="${contact.address1}" autocomplete="address-line1" required
    /></label>
    <div class="pair">
      <label class="field">Postal code<input name="zip" value="${contact.zip}" autocomplete="postal-code" /></label>
      <label class="field"
        >City<input name="city" value="${contact.city}" autocomplete="address-level2" required
      /></label>
    </div>`;
}

function drawCodes({ priced, codeFault }: Shown): Html {
  const faults = [codeFault, ...priced.refused.map(({ message }) => message)].filter(Boolean);
  const tags = priced.applied.map(({ code, title }) =>
    code === null
      ? html`<span class="code automatic">${title}</span>`
      : html`<span class="code" data-code="${code}"
          >${code}
          <button form="checkout" name="remove" value="${code}" formnovalidate aria-label="Remove ${code}">
            ×
          </button></span
        >`,
  );
  return html`<div class="codes">
      <input
        form="checkout"
        name="code"
        placeholder="Discount code"
        aria-label="Discount code"
        autocomplete="off"
        aria-describedby="code-fault"
      />
      <button form="checkout" name="action" value="apply" formnovalidate>Apply</button>
    </div>
    <div id="code-fault" role="alert">${faults.map((fault) => html`<p class="fault">${fault}</p>`)}</div>
    ${tags}`;
}

function payPage(shop: ShopState, visit: Visit, shown: Shown): string {
  const { contact, lines, priced, fault } = shown;
  const main = html`<h1 class="unseen">Checkout</h1>
    ${fault ? html`<p class="fault" role="alert">${fault}</p>` : null}
    <form id="checkout" method="post" action="/checkout">
      <h2>Contact</h2>
      ${drawContact(visit, contact)}
      <h2>Delivery</h2>
      ${drawAddress(shop, contact)}
      <h2>Payment</h2>
      <p class="box subdued">No money moves in a development store: every payment is accepted.</p>
      <button class="pay" name="action" value="pay">Pay now</button>
    </form>`;
  const shownLines = lines.map((line, index) => ({
    title: line.product.title,
    picture: picturePath(line.product),
    quantity: line.quantity,
    price: line.variant.price,
    discount: priced.lineDiscounts[index] ?? "0",
  }));
  const side = html`${drawLines(shop, shownLines)}${drawCodes(shown)}${drawTotals(shop, priced)}`;
  return checkoutPage(shop, visit.locale, "Checkout", main, side);
}

type Buyer = { customerId: string | null; country: string };

/** A refused code is reported and not kept. */
function applyCode(store: Store, shop: ShopState, visit: Visit, buyer: Buyer, code: string): string {
  if (code === "") return "Enter a discount code";
  const isSame = (other: string): boolean => other.toLowerCase() === code.toLowerCase();
  const before = visit.cart.codes;
  visit.cart.codes = [...before.filter((kept) => !isSame(kept)), code];
  const { refused } = priceVisit(store, shop, visit, cartLines(shop, visit.cart), buyer);
  const refusal = refused.find((entry) => isSame(entry.code));
  if (refusal) visit.cart.codes = before;
  return refusal?.message ?? "";
}

function pay(store: Store, shop: ShopState, visit: Visit, { contact, lines, priced }: Shown): Order {
  const part = { eventId: newEventId() };
  const known = customerWith(shop, visit, contact.email);
  const customer =
    known ??
    createCustomer(
      store,
      shop,
      { firstName: contact.first_name, lastName: contact.last_name, email: contact.email, locale: visit.locale },
      part,
    );
  return placeOrder(
    store,
    shop,
    {
      customerId: customer.id,
      email: contact.email || customer.email,
      lines: lines.map((line, index) => ({
        variantId: line.variantId,
        quantity: line.quantity,
        discount: priced.lineDiscounts[index] ?? "0.00",
      })),
      shipping: priced.shipping,
      shippingAddress: addressOf(contact),
      discountCodes: priced.applied.flatMap(({ code, amount, type }) =>
        code === null ? [] : [{ code, amount, type }],
      ),
      discounts: priced.applied.map(({ discountId: _, ...used }) => used),
      discountsUsed: priced.applied.map(({ discountId, code }) => ({ id: discountId, code })),
      noteAttributes: Object.entries(visit.cart.attributes).map(([name, value]) => ({ name, value })),
      note: visit.cart.note || null,
      customerLocale: visit.locale,
      landingSite: visit.landingSite,
      referringSite: visit.referringSite,
      cartToken: visit.cart.token,
      checkoutToken: visit.cart.token,
      sourceName: "web",
    },
    part,
  );
}

/** Applies or removes a code. Returns the fault of the typed code. */
function changeCodes(store: Store, shop: ShopState, visit: Visit, form: URLSearchParams, buyer: Buyer): string {
  const removed = form.get("remove");
  if (removed === null && form.get("action") !== "apply") return "";
  const typed = (form.get("code") ?? "").trim();
  const fault = removed === null ? applyCode(store, shop, visit, buyer, typed) : "";
  visit.cart.codes = visit.cart.codes.filter((code) => code !== removed);
  keepCart(visit);
  return fault;
}

/**
 * The customer whose discounts apply. Shopify does not document whether the e-mail that a guest types is enough: see switches.ts.
 */
function buyerOf(store: Store, shop: ShopState, visit: Visit, email: string): string | null {
  if (!visit.shopper && !store.switches.guestsByEmail) return null;
  return customerWith(shop, visit, email)?.id ?? null;
}

function answerCheckout(store: Store, shop: ShopState, request: StoreRequest, visit: Visit): StoreAnswer {
  const lines = cartLines(shop, visit.cart);
  if (lines.length === 0) return redirect("/cart");
  const form = request.method === "POST" ? readForm(request) : new URLSearchParams();
  const contact = readContact(contactOf(shop, visit), form);
  const buyer = { customerId: buyerOf(store, shop, visit, contact.email), country: contact.country };
  const codeFault = changeCodes(store, shop, visit, form, buyer);
  const priced = priceVisit(store, shop, visit, lines, buyer);
  const isPaying = form.get("action") === "pay";
  const shown = { contact, lines, priced, fault: isPaying ? faultIn(contact) : "", codeFault };
  // A code that no longer applies, for this customer or at this time, is reported before payment.
  const isCodeLost = isPaying && priced.refused.length > 0;
  if (isCodeLost) {
    visit.cart.codes = visit.cart.codes.filter((code) => !priced.refused.some((entry) => entry.code === code));
    keepCart(visit);
  }
  if (!isPaying || shown.fault || isCodeLost) {
    return answerHtml(payPage(shop, visit, shown));
  }
  const order = pay(store, shop, visit, shown);
  clearCart(visit);
  return redirect(`/checkouts/${order.checkoutToken}/thank-you`);
}

export async function handleCheckout(
  store: Store,
  shop: ShopState,
  request: StoreRequest,
): Promise<StoreAnswer | null> {
  const path = request.url.pathname;
  if (path.startsWith(`${CHECKOUT_CDN}/`)) return serveAsset(BROWSER, path.slice(CHECKOUT_CDN.length + 1));
  const isCheckout = path === "/checkout" || path === "/checkout/";
  if (!isCheckout && !path.startsWith("/checkouts/")) return null;
  const visit = readVisit(store, shop, request);
  const answer = isCheckout
    ? answerCheckout(store, shop, request, visit)
    : await answerThankYou(store, shop, request, visit);
  if (answer === null) return answerText("There is no such checkout.", 404);
  if (visit.cookies.length === 0) return answer;
  return { ...answer, headers: { ...answer.headers, "set-cookie": visit.cookies } };
}
