// The kinds of grants. A new kind is a file beside this one and an entry here.
import { isDeepStrictEqual } from "node:util";
import type { Grant } from "../../offer-kind.ts";
import { amount } from "./amount.ts";
import { deal } from "./deal.ts";
import type { Family, GivesNode, GrantForm } from "./grant-form.ts";
import { percent } from "./percent.ts";
import { shipping } from "./shipping.ts";

const GRANTS: { [K in Grant["kind"]]: GrantForm<Extract<Grant, { kind: K }>> } = { percent, amount, shipping, deal };
const formOf = (grant: Grant): GrantForm<Grant> => GRANTS[grant.kind] as GrantForm<Grant>;

export const familyOf = (grant: Grant): Family => formOf(grant).family;

export const inputOf = (grant: Grant, now: GivesNode | null): object => formOf(grant).input(grant, now);

/** Null where the discount gives something that none of our kinds gives. */
export function readGrant(gives: GivesNode): Grant | null {
  for (const { read } of Object.values(GRANTS)) {
    const grant = read(gives);
    if (grant) return grant;
  }
  return null;
}

export const sayGrant = (grant: Grant, currency: string): string => formOf(grant).say(grant, currency);

export const sameGrant = (one: Grant, other: Grant): boolean =>
  isDeepStrictEqual(formOf(one).plain(one), formOf(other).plain(other));
