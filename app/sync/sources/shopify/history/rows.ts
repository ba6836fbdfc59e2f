// Reads nodes of the Admin API, from a bulk file or the nightly comparison, into entities for applyFacts. Any field may be
// null: Shopify withholds a field that the app may not read, without an error.
import type { AddressRow, ConsentRow, CustomerRow, Entities } from "../../../../customers/facts/entities.ts";
import { eachOf, partOf, refuse, type Body } from "../../../reading/body.ts";
import { readCustomerConsent } from "../reading/consent.ts";
import {
  countOf,
  currencyOf,
  decimalOf,
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
} from "../reading/fields.ts";

/** `seenAt`: the start of the bulk operation or of the comparison. The node is at least that new. */
export type Reading = { body: Body; seenAt: string };

/** The node and its id. The path of the node is blank, so that unreadable fields are noted by their own names. */
export function nodeOf(body: Body, type: string): { node: Body; id: string } {
  const node = { ...partOf(body, "node"), path: "" };
  // A child whose parent is missing in the file is not a node of this type.
  const gid = node.fields["id"];
  if (typeof gid === "string" && !gid.startsWith(`gid://shopify/${type}/`)) refuse(node, "id");
  return { node, id: idNeeded(node) };
}

/** `{ node }` */
export function readProductNode({ body, seenAt }: Reading, into: Entities): void {
  const { node, id } = nodeOf(body, "Product");
  const preview = partOf(partOf(node, "featuredMedia"), "preview");
  into.products.push({
    id,
    updatedAt: momentOf(node, "updatedAt"),
    seenAt,
    title: textOf(node, "title") ?? "",
    handle: shortTextOf(node, "handle"),
    vendor: shortTextOf(node, "vendor"),
    productType: shortTextOf(node, "productType"),
    tags: tagsOf(node),
    imageUrl: textOf(partOf(preview, "image"), "url"),
    status: wordOf(node, "status"),
  });
}

/** `{ node, addresses }` */
export function readCustomerNode({ body, seenAt }: Reading, into: Entities): void {
  const { node, id } = nodeOf(body, "Customer");
  const home = idOf(partOf(node, "defaultAddress"));
  const statistics = partOf(node, "statistics");
  const row: CustomerRow = {
    id,
    updatedAt: momentOf(node, "updatedAt"),
    seenAt,
    firstName: shortTextOf(node, "firstName"),
    lastName: shortTextOf(node, "lastName"),
    email: exactTextOf(partOf(node, "defaultEmailAddress"), "emailAddress"),
    phone: exactTextOf(partOf(node, "defaultPhoneNumber"), "phoneNumber"),
    note: textOf(node, "note"),
    accountStatus: wordOf(node, "state"),
    verifiedEmail: flagOf(node, "verifiedEmail"),
    addedAt: momentOf(node, "createdAt"),
    addresses: eachOf(body, "addresses", (address) => readAddress(address, home)),
    locale: exactTextOf(node, "locale"),
    dataSaleOptOut: flagOf(node, "dataSaleOptOut") ?? false,
    rfmGroup: wordOf(statistics, "rfmGroup"),
    predictedSpendTier: wordOf(statistics, "predictedSpendTier"),
  };
  into.customers.push(row);
  const tags = tagsOf(node);
  if (Array.isArray(node.fields["tags"])) into.tags.push({ customerId: id, mode: "set", tags, at: seenAt });
  into.consents.push(...readConsents(node, row));
  const orders = countOf(node, "numberOfOrders");
  const spent = decimalOf(partOf(node, "amountSpent"), "amount");
  if (orders === null || spent === null) return;
  const currency = currencyOf(partOf(node, "amountSpent"), "currencyCode");
  into.totals.push({ customerId: id, orders, spent, currency, at: totalsAt(node, seenAt) });
}

function readAddress(address: Body, home: string | null): AddressRow {
  const id = idNeeded(address);
  return {
    id,
    firstName: shortTextOf(address, "firstName"),
    lastName: shortTextOf(address, "lastName"),
    address1: shortTextOf(address, "address1"),
    address2: shortTextOf(address, "address2"),
    city: shortTextOf(address, "city"),
    regionCode: exactTextOf(address, "provinceCode"),
    countryCode: exactTextOf(address, "countryCodeV2"),
    zip: exactTextOf(address, "zip"),
    phone: exactTextOf(address, "phone"),
    isDefault: id === home,
  };
}

/** The totals include exactly the orders up to this instant. The last order may be newer than the operation's start. */
function totalsAt(node: Body, seenAt: string): string {
  const last = momentOf(partOf(node, "lastOrder"), "createdAt");
  return last && Date.parse(last) > Date.parse(seenAt) ? last : seenAt;
}

// The query does not ask where an e-mail consent was collected.
const EMAIL = { state: "marketingState", optInLevel: "marketingOptInLevel", source: "", at: "marketingUpdatedAt" };
const SMS = { state: "state", optInLevel: "optInLevel", source: "collectedFrom", at: "updatedAt" };

function readConsents(node: Body, { id: customerId, updatedAt, seenAt }: CustomerRow): ConsentRow[] {
  const fallback = updatedAt ?? seenAt;
  const email = partOf(node, "defaultEmailAddress");
  const sms = partOf(partOf(node, "defaultPhoneNumber"), "smsMarketingConsent");
  // A bulk operation may copy the customer long after its start.
  const common = { customerId, source: "backfill", fallback, seenAt, copiedAt: new Date(node.notes.now).toISOString() };
  return [
    ...(email.fields["marketingState"]
      ? [readCustomerConsent({ ...common, channel: "email", consent: email, names: EMAIL })]
      : []),
    ...(sms.fields["state"] ? [readCustomerConsent({ ...common, channel: "sms", consent: sms, names: SMS })] : []),
  ];
}

/** The number of the node's id; null where the id cannot be read. */
export const nodeId = (node: unknown): string | null =>
  typeof node === "object" && node !== null && "id" in node ? idFrom(node.id) : null;
