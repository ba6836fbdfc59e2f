import type { AddressRow, ConsentRow, CustomerRow, TagsRow, TotalsRow, Version } from "../entities.ts";
import {
  capitalsOf,
  decimalOf,
  idNeeded,
  idOf,
  integerOf,
  momentOf,
  objectOf,
  objectsOf,
  shortTextOf,
  tagsOf,
  textOf,
  Unreadable,
  type Json,
} from "./fields.ts";

type Seen = Pick<Version, "seenAt" | "rank">;

function readPerson(body: Json, seen: Seen): CustomerRow {
  return {
    ...seen,
    id: idNeeded(body, "id"),
    updatedAt: momentOf(body["updated_at"], "updated_at"),
    firstName: shortTextOf(body["first_name"]),
    lastName: shortTextOf(body["last_name"]),
    email: shortTextOf(body["email"]),
    phone: shortTextOf(body["phone"]),
    note: textOf(body["note"]),
    accountStatus: capitalsOf(body["state"]),
    verifiedEmail: typeof body["verified_email"] === "boolean" ? body["verified_email"] : null,
    addedAt: momentOf(body["created_at"], "created_at"),
  };
}

/** customers/create, customers/update: without tags, consent and totals since 2025-01. */
export function readCustomer(body: Json, seen: Seen): CustomerRow {
  const person = readPerson(body, seen);
  const main = objectOf(body["default_address"]);
  if (!Array.isArray(body["addresses"]))
    return main["id"] ? { ...person, addresses: readAddresses([main], main) } : person;
  // Shopify leaves the default out of the list, or not.
  const addresses = objectsOf(body["addresses"]);
  const isListed = addresses.some((address) => idOf(address["id"]) === idOf(main["id"]));
  return { ...person, addresses: readAddresses(isListed ? addresses : [...addresses, main], main) };
}

/** The customer inside an order. */
export function readSlimCustomer(body: Json, seen: Seen): CustomerRow {
  const main = objectOf(body["default_address"]);
  return { ...readPerson(body, seen), addresses: readAddresses([main], main), slim: true };
}

function readAddresses(addresses: Json[], main: Json): AddressRow[] {
  const rows = addresses.flatMap((address): AddressRow[] => {
    const id = idOf(address["id"]);
    if (!id) return [];
    return [
      {
        id,
        firstName: shortTextOf(address["first_name"]),
        lastName: shortTextOf(address["last_name"]),
        address1: shortTextOf(address["address1"]),
        address2: shortTextOf(address["address2"]),
        city: shortTextOf(address["city"]),
        regionCode: shortTextOf(address["province_code"]),
        countryCode: shortTextOf(address["country_code"]),
        zip: shortTextOf(address["zip"]),
        phone: shortTextOf(address["phone"]),
        isDefault: address["default"] === true || id === idOf(main["id"]),
      },
    ];
  });
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}

/** customer.tags_added, customer.tags_removed */
export const readTags = (body: Json, mode: TagsRow["mode"], seenAt: string): TagsRow => ({
  customerId: idNeeded(body, "customerId"),
  mode,
  tags: tagsOf(body["tags"]),
  at: momentOf(body["occurredAt"], "occurredAt") ?? seenAt,
});

/** customers_email_marketing_consent/update, customers_marketing_consent/update (SMS) */
export function readConsent(body: Json, channel: ConsentRow["channel"], seenAt: string): ConsentRow {
  const consent = objectOf(body[`${channel}_marketing_consent`]);
  const customerId = idOf(body["customer_id"]) ?? idOf(body["id"]);
  if (!customerId) throw new Unreadable("customer_id");
  return {
    customerId,
    channel,
    state: capitalsOf(consent["state"]) ?? "NOT_SUBSCRIBED",
    optInLevel: capitalsOf(consent["opt_in_level"]),
    source: shortTextOf(consent["consent_collected_from"]) ?? "webhook",
    at: momentOf(consent["consent_updated_at"], "consent_updated_at") ?? seenAt,
  };
}

/** customers/purchasing_summary */
export const readTotals = (body: Json, seenAt: string): TotalsRow => ({
  customerId: idNeeded(body, "customerId"),
  orders: integerOf(body["numberOfOrders"], "numberOfOrders"),
  spent: decimalOf(objectOf(body["amountSpent"])["amount"], "amountSpent") ?? "0",
  at: momentOf(body["occurredAt"], "occurredAt") ?? seenAt,
});
