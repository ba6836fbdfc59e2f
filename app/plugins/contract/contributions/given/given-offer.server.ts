// Checks that what a plugin's offer kind returns can be stored, published and granted. Throws PluginMistake.
import { digitsOf } from "../../../../currency.ts";
import { PluginMistake } from "../../../../errors.ts";
import type { DiscountSpec, Grant, GrantConditions, ResolvedOffer } from "../../../../offers/offer-kind.ts";
import { MOST_ITEMS } from "../../../../offers/publishing/grants/items.ts";
import type { Deal, Least, Off, Some } from "../../../../offers/wire.ts";
import { type Engine, readOnce } from "../../../../segments/memberships/live-segment.server.ts";
import { faultMessage } from "../../../../segments/query/fault.ts";
import { isLink, isNumber, isRecord, isTextOrNull, need, numberSaid, plainCopy, said } from "./plain.ts";

/** Shopify keeps a share of the order to four decimal places of a percent. */
const PERCENT_DECIMALS = 4;

export function checkedOffer(given: ResolvedOffer, currency: string): ResolvedOffer {
  need(isRecord(given) && isRecord(given.content), "it gives no content: return { content, discount }");
  const { content, discount } = plainCopy(given);
  need(
    ["message", "discount"].includes(content.shape),
    `its content has the shape ${said(content.shape)}: use message or discount`,
  );
  need(isTextOrNull(content.href), "its href must be a text or null");
  need(content.href === null || isLink(content.href), "its href is neither a page of the store nor an http address");
  if (content.shape === "discount") {
    checkOff(content, currency);
    checkItems(content.items);
    checkLeast(content.minimum, currency);
    checkCode(content.code);
    checkLimits(content, "content");
  }
  if (discount !== null) {
    need(
      isRecord(discount) && typeof discount.title === "string",
      'its discount has no title: give a text, "" for the offer\'s name',
    );
    checkGrant(discount.grant, currency);
    checkCode(discount.code);
    checkConditions(discount, currency);
  }
  return { content, discount };
}

function checkGrant(grant: Grant, currency: string): void {
  need(
    isRecord(grant) && ["percent", "amount", "shipping", "deal"].includes(grant.kind),
    "its grant must have the kind percent, amount, shipping or deal",
  );
  if (grant.kind === "percent") checkShare(grant.percent);
  if (grant.kind === "amount") checkAmount(grant.amount, currency);
  if (grant.kind === "deal") checkDeal(grant, currency);
  if (grant.kind === "percent" || grant.kind === "amount") checkItems(grant.items);
}

function checkOff(off: Off, currency: string): void {
  if (off.shipping !== undefined) need(off.shipping, "its shipping must be true, or left out");
  else if (off.deal !== undefined) checkDeal(off.deal, currency);
  else if (off.amount !== undefined) checkAmount(off.amount, currency);
  else checkShare(off.percent);
}

function checkDeal(deal: Deal, currency: string): void {
  need(isRecord(deal), "its deal must be an object");
  need(deal.buys !== undefined && deal.gets !== undefined, "its deal must name what is bought (buys) and given (gets)");
  checkItems(deal.buys);
  checkItems(deal.gets);
  need(deal.least !== undefined, "its deal must name the least that is bought");
  checkLeast(deal.least, currency);
  checkCount(deal.quantity, "quantity");
  checkShare(deal.share);
  if (deal.perOrder !== null) checkCount(deal.perOrder, "perOrder");
}

function checkItems(items: Some | undefined): void {
  if (items === undefined) return;
  need(isRecord(items), "its items must be { products } or { collections }");
  const ids: unknown = items.products ?? items.collections;
  need(
    Array.isArray(ids) && ids.length > 0 && ids.every((id) => typeof id === "string" && /^\d+$/.test(id)),
    "its items must be a list of ids, each a text of digits",
  );
  need(ids.length <= MOST_ITEMS, `its items are ${ids.length}, and ${MOST_ITEMS} is the most`);
  const twice = ids.find((id, at) => ids.indexOf(id) < at);
  need(twice === undefined, `its items name ${twice} twice: name each once`);
}

function checkLeast(least: Least | undefined, currency: string): void {
  if (least === undefined) return;
  need(isRecord(least), "its minimum must be { subtotal } or { quantity }");
  if (least.subtotal === undefined) checkCount(least.quantity, "quantity");
  else checkAmount(least.subtotal, currency);
}

function checkConditions({ grant, code, conditions }: DiscountSpec, currency: string): void {
  if (conditions === undefined) return;
  need(isRecord(conditions), "its conditions must be an object");
  checkLeast(conditions.minimum, currency);
  checkLimits({ ...conditions, code }, "discount");
  need(
    grant.kind !== "deal" || conditions.minimum === undefined,
    "its deal has a minimum, which Shopify does not know: the deal's least says what must be bought",
  );
}

type Limits = GrantConditions & { code: string | null };

/** Shopify counts the uses of codes alone. */
function checkLimits({ once, uses, code }: Limits, of: "content" | "discount"): void {
  need(once === undefined || typeof once === "boolean", "its once must be true, or left out");
  if (uses !== undefined) checkCount(uses, "uses");
  need(
    Boolean(code) || (!once && uses === undefined),
    `its ${of} has ${once ? "once" : "uses"} without a code, and only a code's uses are limited: give a code too`,
  );
}

const checkCount = (count: unknown, name: string): void =>
  need(Number.isInteger(count) && Number(count) > 0, `its ${name} must be a whole number above 0`);

function checkAmount(amount: unknown, currency: string): void {
  need(isNumber(amount), `its amount is ${numberSaid(amount)}: give a decimal number as text`);
  need(Number(amount) > 0, "its amount must be above 0");
  need(decimalsOf(amount) <= digitsOf(currency), `its amount has more decimal places than ${currency}: round it`);
}

function checkShare(percent: unknown): void {
  need(isNumber(percent), `its percent is ${numberSaid(percent)}: give a decimal number as text`);
  need(Number(percent) > 0 && Number(percent) <= 100, "its percent must be above 0 and at most 100");
  need(
    decimalsOf(percent) <= PERCENT_DECIMALS,
    `its percent has more than ${PERCENT_DECIMALS} decimal places: round it`,
  );
}

const decimalsOf = (number: unknown): number => (String(number).split(".")[1] ?? "").replace(/0+$/, "").length;

const checkCode = (code: unknown): void => need(isTextOrNull(code), "its code must be a text or null");

/** The mistake quotes the query's faults, because the plugin wrote the query. */
export function checkedAudience(query: string | null, engine: Engine): string | null {
  if (query === null || query === "") return null;
  need(typeof query === "string", "its audience must be a query as text, or null");
  const read = readOnce(query, engine);
  if (Array.isArray(read)) throw new PluginMistake(`its query cannot be read: ${read.map(faultMessage).join("; ")}`);
  return query;
}
