// One native Shopify segment per offered segment: it selects whoever carries the key in our metafield. The segment language
// calls an app's own metafield metafields.app--{app id}.{key}; a list is asked with CONTAINS.
// https://help.shopify.com/en/manual/customers/customer-segmentation/reference-guide/metafield-segments
import type { AdminApi } from "../../shopify/admin-api.server.ts";
import { CUSTOMER_FIELD } from "./metafields.server.ts";

const CREATE = /* GraphQL */ `
  mutation CreateOfferSegment($name: String!, $query: String!) {
    segmentCreate(name: $name, query: $query) {
      segment {
        id
      }
      userErrors {
        message
      }
    }
  }
`;
const READ = /* GraphQL */ `
  query ReadOfferSegment($id: ID!) {
    segment(id: $id) {
      id
      query
    }
  }
`;
const FIND = /* GraphQL */ `
  query FindOfferSegment($query: String!) {
    segments(first: 25, query: $query) {
      nodes {
        id
        query
      }
    }
  }
`;
const DELETE = /* GraphQL */ `
  mutation DeleteOfferSegment($id: ID!) {
    segmentDelete(id: $id) {
      userErrors {
        message
      }
    }
  }
`;

type SegmentNode = { id: string; query: string };
type Created = { segmentCreate: { segment: { id: string } | null; userErrors: { message: string }[] } };

const queryFor = (appId: string, key: string): string =>
  `metafields.app--${appId}.${CUSTOMER_FIELD.key} CONTAINS '${key}'`;
/** Names are unique in a shop; the key makes ours so, and lets an earlier run's be found. */
const nameFor = (name: string, key: string): string => `${name.slice(0, 200)} (Regulars ${key.slice(0, 8)})`;

export type Native = { ok: true; id: string } | { ok: false; message: string };

export async function ensureNativeSegment(
  admin: AdminApi,
  appId: string,
  { key, name, knownId }: { key: string; name: string; knownId: string | null },
): Promise<Native> {
  const query = queryFor(appId, key);
  if (knownId) {
    const { segment } = await admin.request<{ segment: SegmentNode | null }>(READ, { id: knownId });
    // Shopify may write the query its own way; the key is what matters.
    if (segment?.query.includes(`'${key}'`)) return { ok: true, id: segment.id };
  }
  const { segments } = await admin.request<{ segments: { nodes: SegmentNode[] } }>(FIND, {
    query: `name:'Regulars ${key.slice(0, 8)}'`,
  });
  const before = segments.nodes.find((node) => node.query.includes(`'${key}'`));
  if (before) return { ok: true, id: before.id };
  const { segmentCreate } = await admin.request<Created>(CREATE, { name: nameFor(name, key), query });
  const [fault] = segmentCreate.userErrors;
  if (fault || !segmentCreate.segment) return { ok: false, message: fault?.message ?? "" };
  return { ok: true, id: segmentCreate.segment.id };
}

/** One that is gone already is as good as deleted. */
export async function removeNativeSegment(admin: AdminApi, id: string): Promise<void> {
  await admin.request(DELETE, { id });
}
