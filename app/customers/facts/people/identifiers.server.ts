// The table identifier: which account was seen with which e-mail, phone or token. People can be computed from the whole set, and
// split again. A shared e-mail or phone alone links nobody.
import { domainToASCII } from "node:url";
import type { Tx } from "../../../db.server.ts";
import type { Shop } from "../../../shop.server.ts";
import { defineTable, upsert } from "../../../upsert.server.ts";
import type { Entities } from "../entities.ts";

export type IdentifierKind = "email" | "phone" | "checkout" | "cart" | "client";

/** `account`: the source's id of a customer. `customerId`: the customer who has the account's facts after merges. */
type Identifier = { kind: IdentifierKind; value: string; account: string; customerId: string };

const IDENTIFIER = defineTable<Identifier>("identifier", ["kind", "value", "account"], {
  kind: ["text", ({ kind }) => kind],
  value: ["text", ({ value }) => value],
  account: ["text", ({ account }) => account],
  customer_id: ["text", ({ customerId }) => customerId],
});

/** `into`: for each merged account, the id of the customer that it was merged into. */
export async function noteIdentifiers(
  shop: Shop,
  tx: Tx,
  { customers, orders }: Pick<Entities, "customers" | "orders">,
  into: ReadonlyMap<string, string>,
): Promise<void> {
  const seen = new Map<string, Identifier>();
  const note = (account: string | null, kind: IdentifierKind, value: string | null) => {
    if (account === null || value === null) return;
    const customerId = into.get(account) ?? account;
    seen.set(`${kind} ${value} ${account}`, { kind, value, account, customerId });
  };
  for (const { id, email, phone } of customers) {
    note(id, "email", normalEmail(email));
    note(id, "phone", normalPhone(phone));
  }
  for (const { customerId, email, phone, checkoutToken, cartToken } of orders) {
    note(customerId, "email", normalEmail(email));
    note(customerId, "phone", normalPhone(phone));
    note(customerId, "checkout", checkoutToken);
    note(customerId, "cart", cartToken);
  }
  await insert(shop, tx, seen);
}

type Client = Pick<Identifier, "account" | "customerId"> & { client: string };

/** Notes the browsers that completed the checkouts of customers' orders. The caller shares the people's lock. */
export const noteClients = (shop: Shop, tx: Tx, clients: readonly Client[]): Promise<void> =>
  insert(
    shop,
    tx,
    new Map(
      clients.map(({ client, ...whose }) => [
        `client ${client} ${whose.account}`,
        { kind: "client", value: client, ...whose },
      ]),
    ),
  );

/** `seen`: rows by their key. */
async function insert(shop: Shop, tx: Tx, seen: ReadonlyMap<string, Identifier>): Promise<void> {
  // Sorted: all transactions lock rows in the same order, so that none deadlock.
  const rows = [...seen].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
  await upsert(tx, shop.id, IDENTIFIER, rows, { newer: "never" });
}

const LONGEST = 320;

/**
 * Lower case, the domain in ASCII. Dots and the part after a plus stay, since they name other mailboxes. Null: not an address.
 * https://www.rfc-editor.org/rfc/rfc5321#section-2.3.11
 */
export function normalEmail(email: string | null): string | null {
  const text = email?.normalize("NFC").trim().toLowerCase() ?? "";
  const at = text.lastIndexOf("@");
  const domain = domainToASCII(text.slice(at + 1));
  if (at < 1 || domain === "" || text.length > LONGEST || /\s/.test(text)) return null;
  return `${text.slice(0, at)}@${domain}`;
}

/** An extension at the number's end: `ext. 12`, `x12`, `#12` or `;ext=12`. https://www.rfc-editor.org/rfc/rfc3966#section-5.3 */
const EXTENSION = /[\s,;]{0,20}(?:extension|extn?|x|#)[\s.:=]*\d{1,7}$/i;
/** A zero in brackets is dialled only within the country. */
const TRUNK = /^(\+[\d\s]+)\(0\)/;
/** In these countries the zero may be a part of the number: Italy, San Marino, Ivory Coast, Gabon and the Congo. */
const MAY_KEEP_ZERO = /^\+(?:39|378|225|241|242)/;

/** E.164. Null: the country code is missing, so that the number could belong to several countries, or the text is not one number. */
export function normalPhone(phone: string | null): string | null {
  const text =
    phone
      ?.normalize("NFKC")
      .replaceAll(/\p{Cf}/gu, "")
      .trim() ?? "";
  const whole = text.replace(EXTENSION, "");
  if (!/^\+[\d\s().\/\p{Pd}]+$/u.test(whole) || (TRUNK.test(whole) && MAY_KEEP_ZERO.test(whole))) return null;
  const digits = whole.replace(TRUNK, "$1").replaceAll(/\D/g, "");
  return /^[1-9]\d{6,14}$/.test(digits) ? `+${digits}` : null;
}
