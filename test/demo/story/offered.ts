// Act four: the storefront shows the buyer the offer, and the checkout gives the discount. The other customer gets neither.
import { penceOf } from "../people/shopper.ts";
import { PAGES, productPaths } from "./buy.ts";
import { OFFER } from "./prepare.ts";
import { must, showPence, until, type Step } from "./step.ts";

const offered: Step = {
  name: "offered",
  async play({ buyer, other, timeoutMs }) {
    const shown = await until(`the storefront shows ${buyer.firstName} the offer`, timeoutMs, async () => {
      const offers = await buyer.offersOn("/");
      return offers.find((text) => text.includes(OFFER.title)) ?? null;
    });
    must(shown.includes(OFFER.code), `the offer does not say the code: ${shown}`);
    const [product = ""] = await productPaths(buyer);
    for (const path of [...PAGES, product]) {
      must((await buyer.offersOn(path)).length === 1, `${path} does not show ${buyer.firstName} the offer`);
      const others = await other.offersOn(path);
      must(others.length === 0, `${path} shows ${other.firstName} ${others.join(" | ")}`);
    }
    return `the theme shows ${buyer.firstName} “${shown}” on ${PAGES.length + 1} pages; ${other.firstName} sees no offer`;
  },
};

const discount: Step = {
  name: "discount",
  async play({ buyer, timeoutMs }) {
    const [product = ""] = await productPaths(buyer);
    const before = penceOf((await buyer.goToCheckout(product, 2)).document.querySelector("#total")?.textContent ?? "");
    const tried = await until(`the checkout accepts ${buyer.firstName}'s code`, timeoutMs, async () => {
      const answer = await buyer.tryCode(OFFER.code);
      return answer.accepted ? answer : null;
    });
    const subtotal = penceOf(textOfSubtotal((await buyer.visitor.page()).document));
    const expected = Math.round((subtotal * OFFER.percent) / 100);
    const gained = penceOf(tried.discount ?? "");
    const of = `${OFFER.percent}% of ${showPence(subtotal)} is ${showPence(expected)}`;
    must(gained === expected && gained > 0, `${of}, the discount is ${tried.discount}`);
    must(before - penceOf(tried.total) === gained, `${of}, the total went from ${showPence(before)} to ${tried.total}`);
    return `${OFFER.code} takes ${showPence(gained)} off for ${buyer.firstName}, ${OFFER.percent}% of ${showPence(subtotal)}; the total falls to ${tried.total}`;
  },
};

const textOfSubtotal = (document: Document): string => document.querySelector("#subtotal")?.textContent ?? "";

const refused: Step = {
  name: "refused",
  async play({ other }) {
    const [product = ""] = await productPaths(other);
    await other.goToCheckout(product);
    const tried = await other.tryCode(OFFER.code);
    must(!tried.accepted, `the checkout accepts ${other.firstName}'s code: the total is ${tried.total}`);
    must(tried.said !== "" && tried.discount === null, "the checkout says nothing");
    return `the checkout tells ${other.firstName} “${tried.said}”`;
  },
};

export const OFFERED: Step[] = [offered, discount, refused];
