// Every kind of grant: one more is one more file and one more entry.
import type { Grant } from "../../offer-kind.ts";
import { amount } from "./amount.ts";
import { plainDecimal, type GrantForm, type ValueNode } from "./grant-form.ts";
import { percent } from "./percent.ts";

const GRANTS: { [K in Grant["kind"]]: GrantForm<Extract<Grant, { kind: K }>> } = { percent, amount };
const formOf = (grant: Grant): GrantForm<Grant> => GRANTS[grant.kind] as GrantForm<Grant>;

/** Read back at once: which of them it is, only the answer tells. */
export const VALUE = Object.values(GRANTS)
  .map(({ selection }) => selection)
  .join(" ");

export const inputOf = (grant: Grant): object => formOf(grant).input(grant);

/** Null where the discount gives what none of ours gives. */
export function readGrant(value: ValueNode): Grant | null {
  for (const { read } of Object.values(GRANTS)) {
    const grant = read(value);
    if (grant) return grant;
  }
  return null;
}

export const sayGrant = (grant: Grant, currency: string): string => formOf(grant).say(grant, currency);

/** How much of its kind. */
export const sizeOf = (grant: Grant): string => plainDecimal(grant.kind === "percent" ? grant.percent : grant.amount);

export const sameGrant = (one: Grant, other: Grant): boolean =>
  one.kind === other.kind && sizeOf(one) === sizeOf(other);
