// Act four: the storefront shows her the offer and the checkout grants it; to him neither.
import { penceOf } from "../people/shopper.ts";
import { PAGES, productPaths } from "./buy.ts";
import { OFFER } from "./prepare.ts";
import { must, showPence, until, type Step } from "./step.ts";

const offered: Step = {
  name: "offered",
  async play({ she, he, patienceMs }) {
    const shown = await until("the storefront shows her the offer", patienceMs, async () => {
      const offers = await she.offersOn("/");
      return offers.find((text) => text.includes(OFFER.title)) ?? null;
    });
    must(shown.includes(OFFER.code), `the offer does not say the code: ${shown}`);
    const [product = ""] = await productPaths(she);
    for (const path of [...PAGES, product]) {
      must((await she.offersOn(path)).length === 1, `${path} does not show her the offer`);
      const his = await he.offersOn(path);
      must(his.length === 0, `${path} shows him ${his.join(" | ")}`);
    }
    return `the theme shows her “${shown}” on ${PAGES.length + 1} pages, ${he.firstName} sees none`;
  },
};

const discount: Step = {
  name: "discount",
  async play({ she, patienceMs }) {
    const [product = ""] = await productPaths(she);
    const before = penceOf((await she.goToCheckout(product, 2)).document.querySelector("#total")?.textContent ?? "");
    const tried = await until("the checkout takes her code", patienceMs, async () => {
      const answer = await she.tryCode(OFFER.code);
      return answer.accepted ? answer : null;
    });
    const subtotal = penceOf(textOfSubtotal((await she.visitor.page()).document));
    const expected = Math.round((subtotal * OFFER.percent) / 100);
    const gained = penceOf(tried.discount ?? "");
    const of = `${OFFER.percent}% of ${showPence(subtotal)} is ${showPence(expected)}`;
    must(gained === expected && gained > 0, `${of}, the discount is ${tried.discount}`);
    must(before - penceOf(tried.total) === gained, `${of}, the total went from ${showPence(before)} to ${tried.total}`);
    return `${OFFER.code} takes ${showPence(gained)} off for her, ${OFFER.percent}% of ${showPence(subtotal)}; the total falls to ${tried.total}`;
  },
};

const textOfSubtotal = (document: Document): string => document.querySelector("#subtotal")?.textContent ?? "";

const refused: Step = {
  name: "refused",
  async play({ he }) {
    const [product = ""] = await productPaths(he);
    await he.goToCheckout(product);
    const tried = await he.tryCode(OFFER.code);
    must(!tried.accepted, `the checkout takes the code from him: the total is ${tried.total}`);
    must(tried.said !== "" && tried.discount === null, "the checkout says nothing");
    return `for ${he.firstName} the checkout says “${tried.said}”`;
  },
};

export const OFFERED: Step[] = [offered, discount, refused];
