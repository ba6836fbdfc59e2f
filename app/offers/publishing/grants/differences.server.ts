// Compares an offer's discount in Shopify with what was published. Each difference is a sentence for the merchant.
import type { AdminApi } from "../../../shopify/admin-api.server.ts";
import type { Fault } from "../../../errors.ts";
import type { DiscountBody } from "./discount-documents.ts";
import { sameConditions } from "./conditions.ts";
import { customersThere, isAsWanted, type DiscountWanted, type Target } from "./discount.server.ts";
import type { Grant } from "../../offer-kind.ts";
import { readGrant, sayGrant } from "./grants.ts";
import { grantOfItemsThere } from "./items-there.server.ts";
import { foldedCode } from "../../../customers/facts/orders/discounts.ts";
import { isTitleOf } from "./titles.ts";
import { discountOfCode, numberOf, type Found } from "./find-discount.server.ts";
import type { Instant } from "../../../instant.ts";

const say = (name: string, parameters?: Fault["parameters"]): Fault => ({
  key: `offers.found.${name}`,
  ...(parameters ? { parameters } : {}),
});

/** Whether shoppers do not get what the offer promises. A changed title at the checkout is harmless. */
export const breaksPromise = ({ key }: Fault): boolean => key !== "offers.found.title";

export const DELETED = say("deleted");
export const STARTED = say("started");

/** Empty where the discount is as it was published. */
export async function differences(
  admin: AdminApi,
  found: Found,
  wanted: DiscountWanted,
  { now, currency }: { now: Instant; currency: string },
): Promise<Fault[]> {
  const { body } = found;
  if (found.expired && (wanted.endsAt === null || wanted.endsAt > now)) return [say("stopped")];
  const said: Fault[] = [];
  const grant = readGrant(body);
  const isOther = grant !== null && sayGrant(grant, currency) !== sayGrant(wanted.grant, currency);
  if (isOther) said.push(otherGrant(grant, wanted.grant, currency));
  else if (!(await sameGrantAndConditions(admin, found, wanted))) said.push(say("conditions"));
  if (isOther && !sameConditions(body, wanted)) said.push(say("conditions"));
  if (!sameDates(body, wanted, now)) said.push(say("dates"));
  if (!(await sameCode(admin, found, wanted.code))) said.push(say("code"));
  if (!(await sameTarget(admin, found, wanted.target))) said.push(say("who"));
  if (body.title !== undefined && !isTitleOf(body.title, wanted.title)) said.push(say("title", { now: body.title }));
  return said;
}

/** A product that was deleted in the store is rightly missing from the discount. */
async function sameGrantAndConditions(admin: AdminApi, found: Found, wanted: DiscountWanted): Promise<boolean> {
  if (isAsWanted(found, wanted)) return true;
  const grant = await grantOfItemsThere(admin, wanted.grant);
  return grant !== null && isAsWanted(found, { ...wanted, grant });
}

const otherGrant = (now: Grant, was: Grant, currency: string): Fault =>
  say("grant", { now: sayGrant(now, currency), was: sayGrant(was, currency) });

/** Compares to the second, as Shopify stores dates. Two starts in the past count as equal. */
function sameDates(body: Partial<DiscountBody>, { startsAt, endsAt }: DiscountWanted, now: Instant): boolean {
  const second = (time: number): number => Math.floor(time / 1000);
  const begins = (time: number): number => second(Math.max(time, now.getTime()));
  const starts = body.startsAt === undefined || begins(Date.parse(body.startsAt)) === begins(startsAt.getTime());
  const ends = body.endsAt ? second(Date.parse(body.endsAt)) : null;
  return starts && ends === (endsAt && second(endsAt.getTime()));
}

async function sameCode(admin: AdminApi, { id, body }: Found, code: string | null): Promise<boolean> {
  if (code === null || !body.codesCount) return true;
  if (body.codesCount.count <= 1) return foldedCode(body.codes?.nodes[0]?.code ?? "") === foldedCode(code);
  return (await discountOfCode(admin, code))?.id === id;
}

async function sameTarget(admin: AdminApi, { context }: Found, target: Target): Promise<boolean> {
  if (target.to === "all") return context?.__typename === "DiscountBuyerSelectionAll";
  if (target.to === "segment") return context?.segments?.length === 1 && context.segments[0]?.id === target.id;
  if (context?.__typename !== "DiscountCustomers") return false;
  const wanted = new Set(target.ids);
  const named = new Set((context.customers ?? []).map(({ id }) => numberOf(id)));
  if ([...named].some((id) => !wanted.has(id))) return false;
  // A deleted customer is rightly missing from Shopify's list.
  const missing = target.ids.filter((id) => !named.has(id));
  return missing.length === 0 || (await customersThere(admin, missing)).length === 0;
}
