// The only code that writes customers' metafields. Shopify's linter refuses metafields written with an offline token
// (METAFIELD_OFFLINE_TOKEN), because a stored value could be a shopper's input. Ours need an offline token: a shopper enters a
// segment while no merchant is present. So this code writes only keys of our own audiences, into a namespace that only this app
// writes.
import type { AdminApi } from "../../../shopify/admin-api.server.ts";
import { customersThere } from "../grants/discount.server.ts";
import { numberOf } from "../grants/find-discount.server.ts";
import { refusedAtTop } from "../findings.server.ts";

/**
 * The metafield with the customer's keys. It belongs to the app and is declared in shopify.app.toml, so that segments can filter
 * by it.
 */
export const CUSTOMER_FIELD = { namespace: "$app", key: "offered_segments" };

/**
 * Shopify writes at most 25 metafields in one call, all or none:
 * https://shopify.dev/docs/api/admin-graphql/latest/mutations/metafieldsSet
 */
export const BATCH = 25;
const KEY = /^[A-Za-z0-9_-]{1,64}$/;

const SET = /* GraphQL */ `
  mutation SetOfferMetafields($metafields: [MetafieldsSetInput!]!) {
    result: metafieldsSet(metafields: $metafields) {
      userErrors {
        field
        message
      }
    }
  }
`;

const DELETE = /* GraphQL */ `
  mutation DeleteOfferMetafields($metafields: [MetafieldIdentifierInput!]!) {
    result: metafieldsDelete(metafields: $metafields) {
      userErrors {
        field
        message
      }
    }
  }
`;

type Refusal = { field?: string[] | null; message: string };
type Answer = { result: { userErrors: Refusal[] } };

/**
 * The index of the refused entry, from a path such as `metafields, 3, ownerId`. -1: all entries are refused. Shopify's
 * elementIndex is not used: it is the place within a value that is a list.
 */
const indexOf = ({ field }: Refusal): number => (/^\d+$/.test(field?.[1] ?? "") ? Number(field?.[1]) : -1);

/** `keys`: the keys of the audiences whose offers the customer sees. An empty list deletes the metafield. */
export type CustomerKeys = { customerGid: string; keys: string[] };
export type Refused = { customerGid: string; message: string };

/**
 * Writes the metafields of at most 25 customers. Returns the customers whom Shopify refuses, such as deleted ones; the others are
 * written.
 */
export async function writeCustomerKeys(admin: AdminApi, customers: CustomerKeys[]): Promise<Refused[]> {
  for (const key of customers.flatMap(({ keys }) => keys))
    if (!KEY.test(key)) throw new Error("only the key of an audience goes into a customer's metafield");
  const gone = await writeAll(admin, DELETE, {
    customers: customers.filter(({ keys }) => keys.length === 0),
    inputOf: ({ customerGid }) => ({ ...CUSTOMER_FIELD, ownerId: customerGid }),
  });
  const here = await writeAll(admin, SET, {
    customers: customers.filter(({ keys }) => keys.length > 0),
    inputOf: ({ customerGid, keys }) => ({
      ...CUSTOMER_FIELD,
      ownerId: customerGid,
      type: "list.single_line_text_field",
      value: JSON.stringify(keys),
    }),
  });
  return [...gone, ...here];
}

type Writing = { customers: CustomerKeys[]; inputOf: (one: CustomerKeys) => object };

/** Shopify writes all or none, so each try leaves out the customers whom Shopify refused before. */
async function writeAll(admin: AdminApi, document: string, { customers, inputOf }: Writing): Promise<Refused[]> {
  const refused: Refused[] = [];
  for (let left = customers; left.length > 0;) {
    const named = await refusedOf(admin, document, left, inputOf);
    if (named.size === 0) break;
    const messageOf = (index: number) => named.get(index) ?? named.get(-1);
    refused.push(
      ...left.flatMap(({ customerGid }, index) => {
        const message = messageOf(index);
        return message === undefined ? [] : [{ customerGid, message }];
      }),
    );
    left = left.filter((_, index) => messageOf(index) === undefined);
  }
  return refused;
}

/**
 * Shopify's refusals, by index in `customers`. A refusal at the top of the answer is about customers who do not exist any more.
 */
async function refusedOf(
  admin: AdminApi,
  document: string,
  customers: CustomerKeys[],
  inputOf: Writing["inputOf"],
): Promise<Map<number, string>> {
  try {
    const { result } = await admin.request<Answer>(document, { metafields: customers.map(inputOf) });
    return new Map(result.userErrors.map((refusal) => [indexOf(refusal), refusal.message]));
  } catch (error) {
    const message = refusedAtTop(error);
    if (message === null) throw error;
    const there = new Set(
      await customersThere(
        admin,
        customers.map(({ customerGid }) => numberOf(customerGid)),
      ),
    );
    const gone = customers.flatMap(({ customerGid }, index) => (there.has(numberOf(customerGid)) ? [] : [index]));
    return new Map(gone.length > 0 ? gone.map((index) => [index, message]) : [[-1, message]]);
  }
}
