import type {
  AddressRow,
  ConsentRow,
  CustomerRow,
  TagsRow,
  TotalsRow,
  Version,
} from "../../../../customers/facts/entities.ts";
import { eachOf, note, partOf, type Body } from "../../../reading/body.ts";
import { readConsentOf, readCustomerConsent, REST } from "./consent.ts";
import {
  countNeeded,
  currencyOf,
  decimalNeeded,
  exactTextOf,
  flagOf,
  idFrom,
  idNeeded,
  idOf,
  momentOf,
  shortTextOf,
  tagsOf,
  textOf,
  wordOf,
} from "./fields.ts";

type Seen = Pick<Version, "seenAt" | "rank">;

function readPerson(body: Body, seen: Seen): CustomerRow {
  return {
    ...seen,
    id: idNeeded(body),
    updatedAt: momentOf(body, "updated_at"),
    firstName: shortTextOf(body, "first_name"),
    lastName: shortTextOf(body, "last_name"),
    email: exactTextOf(body, "email"),
    phone: exactTextOf(body, "phone"),
    note: textOf(body, "note"),
    accountStatus: wordOf(body, "state"),
    verifiedEmail: flagOf(body, "verified_email"),
    addedAt: momentOf(body, "created_at"),
  };
}

/** customers/create, customers/update: without tags, consent and totals since 2025-01. */
export function readCustomer(body: Body, seen: Seen): CustomerRow {
  const person = readPerson(body, seen);
  const main = readMain(body);
  if (!body.fields["addresses"]) return main ? { ...person, addresses: [main] } : person;
  if (!Array.isArray(body.fields["addresses"])) {
    // The list cannot be read, so the stored addresses stay.
    note(body, "addresses");
    return person;
  }
  const addresses = eachOf(body, "addresses", (address) => readAddress(address, main?.id));
  // Shopify's list may or may not have the default address.
  const isListed = addresses.some(({ id }) => id === main?.id);
  return { ...person, addresses: distinct(isListed || !main ? addresses : [...addresses, main]) };
}

/** The customer inside an order. */
export function readSlimCustomer(body: Body, seen: Seen): CustomerRow {
  const main = readMain(body);
  return { ...readPerson(body, seen), addresses: main ? [main] : [], slim: true };
}

const distinct = (rows: AddressRow[]) => [...new Map(rows.map((row) => [row.id, row])).values()];

function readMain(body: Body): AddressRow | undefined {
  const main = partOf(body, "default_address");
  const id = idOf(main);
  return id === null ? undefined : readAddress(main, id);
}

function readAddress(address: Body, mainId: string | undefined): AddressRow {
  const id = idNeeded(address);
  return {
    id,
    firstName: shortTextOf(address, "first_name"),
    lastName: shortTextOf(address, "last_name"),
    address1: shortTextOf(address, "address1"),
    address2: shortTextOf(address, "address2"),
    city: shortTextOf(address, "city"),
    regionCode: exactTextOf(address, "province_code"),
    countryCode: exactTextOf(address, "country_code"),
    zip: exactTextOf(address, "zip"),
    phone: exactTextOf(address, "phone"),
    isDefault: flagOf(address, "default") === true || id === mainId,
  };
}

/** customer.tags_added, customer.tags_removed */
export const readTags = (body: Body, mode: TagsRow["mode"], seenAt: string): TagsRow => ({
  customerId: idNeeded(body, "customerId"),
  mode,
  tags: tagsOf(body),
  at: momentOf(body, "occurredAt") ?? seenAt,
});

/** customers_email_marketing_consent/update, customers_marketing_consent/update (SMS) */
export function readConsent(body: Body, channel: ConsentRow["channel"], seenAt: string): ConsentRow {
  const customerId = idFrom(body.fields["customer_id"]) ?? idFrom(body.fields["id"]) ?? idNeeded(body, "customer_id");
  const consent = partOf(body, `${channel}_marketing_consent`);
  return readConsentOf({
    customerId,
    channel,
    consent,
    names: REST,
    source: "webhook",
    fallback: seenAt,
    copiedAt: seenAt,
  });
}

/** The consents within a customer's body, for the channels that the body has. */
export function readConsents(body: Body, { id: customerId, updatedAt, seenAt }: CustomerRow): ConsentRow[] {
  return (["email", "sms"] as const).flatMap((channel) => {
    const consent = partOf(body, `${channel}_marketing_consent`);
    if (!consent.fields["state"]) return [];
    const dates = { seenAt, copiedAt: seenAt, fallback: updatedAt ?? seenAt };
    return [readCustomerConsent({ customerId, channel, consent, names: REST, source: "webhook", ...dates })];
  });
}

/** customers/purchasing_summary */
export const readTotals = (body: Body, seenAt: string): TotalsRow => ({
  customerId: idNeeded(body, "customerId"),
  orders: countNeeded(body, "numberOfOrders"),
  spent: decimalNeeded(partOf(body, "amountSpent"), "amount"),
  currency: currencyOf(partOf(body, "amountSpent"), "currencyCode"),
  at: momentOf(body, "occurredAt") ?? seenAt,
});
