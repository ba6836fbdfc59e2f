// Each audience has one native Shopify segment: the customers whose metafield of ours contains the audience's key. The segment language
// names an app's own metafield metafields.app--{app id}.{key}, and compares a list with CONTAINS.
// https://help.shopify.com/en/manual/customers/customer-segmentation/reference-guide/metafield-segments
// Shopify's segments have no tags and no metafields, so the app finds its segments by the key in their query.
import { AdminApiError, type AdminApi } from "../../../shopify/admin-api.server.ts";
import { CUSTOMER_FIELD } from "../customers/metafields.server.ts";
import { refusedAtTop } from "../findings.server.ts";

type SegmentNode = { id: string; name: string; query: string };
type Put = { result: { segment: SegmentNode | null; userErrors: { message: string }[] } };

const CREATE = /* GraphQL */ `
  mutation CreateOfferSegment($name: String!, $query: String!) {
    result: segmentCreate(name: $name, query: $query) {
      segment {
        id
        name
        query
      }
      userErrors {
        message
      }
    }
  }
`;
const UPDATE = /* GraphQL */ `
  mutation MendOfferSegment($id: ID!, $query: String!) {
    result: segmentUpdate(id: $id, query: $query) {
      segment {
        id
        name
        query
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
      name
      query
    }
  }
`;
const COUNT = /* GraphQL */ `
  query CountOfferSegment($id: ID!) {
    customerSegmentMembers(segmentId: $id, first: 1) {
      totalCount
    }
  }
`;
/** Lists the newest segments first, without a search: Shopify's search may lag behind. */
const LIST = /* GraphQL */ `
  query ListSegments($after: String) {
    segments(first: 250, after: $after, sortKey: CREATION_DATE, reverse: true) {
      nodes {
        id
        name
        query
      }
      pageInfo {
        hasNextPage
        endCursor
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

type Page = { segments: { nodes: SegmentNode[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } };

const fieldOf = (appId: string): string => `metafields.app--${appId}.${CUSTOMER_FIELD.key}`;
const queryFor = (appId: string, key: string): string => `${fieldOf(appId)} CONTAINS '${key}'`;
/** A segment's name must be unique in a shop. The key makes our names unique. */
const nameFor = (name: string, key: string): string =>
  `${name.slice(0, 200).replace(HALF_AT_END, "")} (Regulars ${key.slice(0, 8)})`;
/** The first half of a surrogate pair that was cut in the middle. */
const HALF_AT_END = /[\uD800-\uDBFF]$/;

/** Shopify may store a query with other spaces and other capitals. */
const plain = (query: string): string => query.replace(/\s+/g, " ").trim().toLowerCase();
const same = (one: string, other: string): boolean => plain(one) === plain(other);

export type Native =
  | { ok: true; id: string; count: number }
  /** `waits`: Shopify may have made the segment and not show it yet. */
  | { ok: false; message: string; waits: boolean };

const refused = (message: string, waits = false): Native => ({ ok: false, message, waits });

/**
 * Makes the audience's native segment if there is none or if the merchant deleted it, and corrects a segment that the merchant
 * edited.
 */
export async function ensureNativeSegment(
  admin: AdminApi,
  appId: string,
  { key, name, knownId }: { key: string; name: string; knownId: string | null },
): Promise<Native> {
  const query = queryFor(appId, key);
  const known = knownId ? await readSegment(admin, knownId) : null;
  const { segments } = known ? { segments: { nodes: [] } } : await admin.request<Page>(LIST);
  const listed = segments.nodes;
  const ours = known ?? listed.find((one) => same(one.query, query)) ?? listed.find((one) => mentions(one, appId, key));
  if (ours) return setRight(admin, ours, query);
  const { result } = await admin.request<Put>(CREATE, { name: nameFor(name, key), query });
  const [fault] = result.userErrors;
  if (fault || !result.segment) return refused(fault?.message ?? "");
  // Shopify appends a number to a name that is taken. A run whose answer was lost has made our segment already.
  const doubled = / \(\d+\)$/.test(result.segment.name) && !listed.some((one) => one.name === nameFor(name, key));
  if (!doubled) return counted(admin, result.segment.id);
  await removeNativeSegment(admin, result.segment.id);
  return refused("", true);
}

const mentions = ({ query }: SegmentNode, appId: string, key: string): boolean =>
  query.includes(fieldOf(appId)) && query.includes(`'${key}'`);

async function setRight(admin: AdminApi, { id, query: present }: SegmentNode, query: string): Promise<Native> {
  if (!same(present, query)) {
    const [fault] = (await admin.request<Put>(UPDATE, { id, query })).result.userErrors;
    if (fault) return refused(fault.message);
  }
  return counted(admin, id);
}

/** Counts the members. Shopify refuses to count a segment whose filter no longer exists. */
async function counted(admin: AdminApi, id: string): Promise<Native> {
  try {
    const { customerSegmentMembers } = await admin.request<{ customerSegmentMembers: { totalCount: number } }>(COUNT, {
      id,
    });
    return { ok: true, id, count: customerSegmentMembers.totalCount };
  } catch (error) {
    const message = refusedAtTop(error);
    if (message === null) throw error;
    return refused(message);
  }
}

/** Null where the segment does not exist: Shopify answers with an error. */
async function readSegment(admin: AdminApi, id: string): Promise<SegmentNode | null> {
  try {
    return (await admin.request<{ segment: SegmentNode | null }>(READ, { id })).segment;
  } catch (error) {
    const gone = (code: string | null): boolean => code === "NOT_FOUND" || code === "RESOURCE_NOT_FOUND";
    if (error instanceof AdminApiError && error.faults.length > 0 && error.faults.every(({ code }) => gone(code)))
      return null;
    throw error;
  }
}

/** Deletes the segment. A segment that does not exist any more counts as deleted. */
export async function removeNativeSegment(admin: AdminApi, id: string): Promise<void> {
  await admin.request(DELETE, { id });
}

/** Every native segment whose query compares our metafield with one key and nothing else, with that key. */
export async function allNativeSegments(admin: AdminApi, appId: string): Promise<{ id: string; key: string }[]> {
  const all: { id: string; key: string }[] = [];
  for (let after: string | null = null; ;) {
    const { segments }: Page = await admin.request<Page>(LIST, { after });
    for (const { id, query } of segments.nodes) {
      const [, key] = /'([A-Za-z0-9_-]{1,64})'/.exec(query) ?? [];
      if (key && same(query, queryFor(appId, key))) all.push({ id, key });
    }
    if (!segments.pageInfo.hasNextPage) return all;
    after = segments.pageInfo.endCursor;
  }
}
