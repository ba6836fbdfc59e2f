// The actions of a customer in the store's pages: the theme's, the customer account's and the checkout's.
import type { Visitor } from "./visitor.ts";
import { textAt, textOf, type WebPage } from "./web-page.ts";

export type Person = { firstName: string; lastName: string; email: string };

export type Paid = {
  /** The address of the thank-you page. */
  address: string;
  order: string;
  /** In pence. */
  total: number;
};

export type Shopper = Person & {
  visitor: Visitor;
  signUp(): Promise<void>;
  /** The text of each offer on a page of the storefront. */
  offersOn(path: string): Promise<string[]>;
  /** Adds the product at a path to the cart and goes to the checkout. */
  goToCheckout(product: string, quantity?: number): Promise<WebPage>;
  /** Enters a discount code at the checkout. `said`: the store's message, "" if there is none. `total`: the total after the code. */
  tryCode(code: string): Promise<{ accepted: boolean; said: string; total: string; discount: string | null }>;
  pay(): Promise<Paid>;
};

const ADDRESS = { address1: "12 Mill Road", zip: "CB1 2AZ", city: "Cambridge", country: "GB" };

export const OFFER = "[data-regulars-offer]";

export function openShopper(person: Person, visitor: Visitor): Shopper {
  return {
    ...person,
    visitor,
    async signUp() {
      await visitor.open("/account/register");
      const fields = {
        "customer[first_name]": person.firstName,
        "customer[last_name]": person.lastName,
        "customer[email]": person.email,
      };
      const page = await visitor.submit('form[action^="/account"]', fields);
      if (!page.text.includes(person.email)) throw new Error(`the store opened no account: ${page.text.slice(0, 300)}`);
    },
    async offersOn(path) {
      const page = await visitor.open(path);
      if (page.status !== 200 && page.status !== 0) throw new Error(`${path} answered ${page.status}`);
      const fault = textAt(page, ".liquid-error");
      if (fault) throw new Error(`the theme says: ${fault}`);
      return [...page.document.querySelectorAll(OFFER)].map((offer) => textOf(offer));
    },
    async goToCheckout(product, quantity = 1) {
      await visitor.open(product);
      await visitor.submit('form[action="/cart/add"]', { quantity: String(quantity) });
      return visitor.submit('form[action="/cart/update"]', {}, "Check out");
    },
    async tryCode(code) {
      const page = await visitor.submit("form#checkout", { code }, "action=apply");
      const accepted = [...page.document.querySelectorAll("[data-code]")].some(
        (element) => element.getAttribute("data-code")?.toLowerCase() === code.toLowerCase(),
      );
      const [total, discount] = [textAt(page, "#total") ?? "", textAt(page, "#discount")];
      return { accepted, said: textAt(page, "#code-fault") ?? "", total, discount };
    },
    async pay() {
      const at = await visitor.page();
      const known = at.document.querySelector('form#checkout input[name="address1"]')?.getAttribute("value");
      const names = { first_name: person.firstName, last_name: person.lastName };
      const page = await visitor.submit("form#checkout", known ? {} : { ...names, ...ADDRESS }, "action=pay");
      const order = /Order (#\d+)/.exec(page.text)?.[1];
      if (!order) throw new Error(`the checkout did not place the order: ${page.text.slice(0, 300)}`);
      return { address: page.address, order, total: penceOf(textAt(page, "#total") ?? "") };
    },
  };
}

/** Reads an amount such as "£12.40" as pence. */
export const penceOf = (money: string): number => Number(money.replace(/[^\d]/g, ""));
