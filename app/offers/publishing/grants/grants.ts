// The kinds of grants. A new kind is a file beside this one and an entry here.
import type { Grant } from "../../offer-kind.ts";
import { amount } from "./amount.ts";
import { plainDecimal, type GrantForm, type ValueNode } from "./grant-form.ts";
import { percent } from "./percent.ts";

const GRANTS: { [K in Grant["kind"]]: GrantForm<Extract<Grant, { kind: K }>> } = { percent, amount };
const formOf = (grant: Grant): GrantForm<Grant> => GRANTS[grant.kind] as GrantForm<Grant>;

/** The selections of all kinds, because only the answer shows which kind a discount has. */
export const VALUE = Object.values(GRANTS)
  .map(({ selection }) => selection)
  .join(" ");

export const inputOf = (grant: Grant): object => formOf(grant).input(grant);

/** Null where the discount gives something that none of our kinds gives. */
export function readGrant(value: ValueNode): Grant | null {
  for (const { read } of Object.values(GRANTS)) {
    const grant = read(value);
    if (grant) return grant;
  }
  return null;
}

export const sayGrant = (grant: Grant, currency: string): string => formOf(grant).say(grant, currency);

/** The percentage or the amount, as a plain decimal. */
export const sizeOf = (grant: Grant): string => plainDecimal(grant.kind === "percent" ? grant.percent : grant.amount);

export const sameGrant = (one: Grant, other: Grant): boolean =>
  one.kind === other.kind && sizeOf(one) === sizeOf(other);
