// The only place that writes customers' metafields. Shopify's linter asks that none are written with an offline token
// (METAFIELD_OFFLINE_TOKEN), because a stored value could be a shopper's input. These must be: a shopper enters a segment
// when no merchant is there. So nothing but keys of our own segments passes here, into a namespace that only this app writes.
import type { AdminApi } from "../../shopify/admin-api.server.ts";

/** The customer's keys: app-owned, declared in shopify.app.toml as a filter of the admin's segments. */
export const CUSTOMER_FIELD = { namespace: "$app", key: "offered_segments" };

/** https://shopify.dev/docs/api/admin-graphql/latest/mutations/metafieldsSet: at most 25, all or none. */
export const BATCH = 25;
const KEY = /^[A-Za-z0-9_-]{1,64}$/;

const SET = /* GraphQL */ `
  mutation SetOfferMetafields($metafields: [MetafieldsSetInput!]!) {
    metafieldsSet(metafields: $metafields) {
      userErrors {
        elementIndex
        field
        message
      }
    }
  }
`;

const DELETE = /* GraphQL */ `
  mutation DeleteOfferMetafields($metafields: [MetafieldIdentifierInput!]!) {
    metafieldsDelete(metafields: $metafields) {
      userErrors {
        message
      }
    }
  }
`;

type Refusal = { elementIndex?: number | null; field?: string[] | null; message: string };

/** Shopify names the entry by elementIndex, or by the path `metafields, 3, ownerId`; -1 is all of them. */
const indexOf = ({ elementIndex, field }: Refusal): number =>
  elementIndex ?? (/^\d+$/.test(field?.[1] ?? "") ? Number(field?.[1]) : -1);

type SetAnswer = { metafieldsSet: { userErrors: Refusal[] } };
type DeleteAnswer = { metafieldsDelete: { userErrors: Refusal[] } };

/** Which segments' offers a customer is shown; an empty list removes the metafield. */
export type CustomerKeys = { customerGid: string; keys: string[] };
export type Refused = { customerGid: string; message: string };

/** At most 25. What Shopify refuses (a customer that is gone) is left out and handed back; the others are written. */
export async function writeCustomerKeys(admin: AdminApi, customers: CustomerKeys[]): Promise<Refused[]> {
  for (const key of customers.flatMap(({ keys }) => keys))
    if (!KEY.test(key)) throw new Error("only the key of a segment goes into a customer's metafield");
  const gone = customers.filter(({ keys }) => keys.length === 0);
  const refused = await removeKeys(admin, gone);
  let here = customers.filter(({ keys }) => keys.length > 0);
  while (here.length > 0) {
    const { metafieldsSet } = await admin.request<SetAnswer>(SET, {
      metafields: here.map(({ customerGid, keys }) => ({
        ...CUSTOMER_FIELD,
        ownerId: customerGid,
        type: "list.single_line_text_field",
        value: JSON.stringify(keys),
      })),
    });
    if (metafieldsSet.userErrors.length === 0) break;
    // All or none: without those it names, the rest goes through.
    const named = new Map(metafieldsSet.userErrors.map((refusal) => [indexOf(refusal), refusal.message]));
    const blamed = here.filter((_, index) => named.has(index) || named.has(-1));
    refused.push(
      ...blamed.map(({ customerGid }) => ({
        customerGid,
        message: named.get(here.findIndex((one) => one.customerGid === customerGid)) ?? named.get(-1) ?? "",
      })),
    );
    here = here.filter((one) => !blamed.includes(one));
  }
  return refused;
}

async function removeKeys(admin: AdminApi, customers: CustomerKeys[]): Promise<Refused[]> {
  if (customers.length === 0) return [];
  const { metafieldsDelete } = await admin.request<DeleteAnswer>(DELETE, {
    metafields: customers.map(({ customerGid }) => ({ ...CUSTOMER_FIELD, ownerId: customerGid })),
  });
  const [fault] = metafieldsDelete.userErrors;
  return fault ? customers.map(({ customerGid }) => ({ customerGid, message: fault.message })) : [];
}
