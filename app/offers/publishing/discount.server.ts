// The Shopify discount behind an offer: made, changed and stopped with it. It is looked for before it is made, so that a
// crash at any point is followed by the same one discount; and it never applies to everybody on its way.
import { createHash } from "node:crypto";
import type { AdminApi } from "../../shopify/admin-api.server.ts";
import {
  CREATE,
  CUSTOMERS,
  DEACTIVATE,
  FIND,
  READ,
  REMOVE,
  UPDATE,
  type Changed,
  type ContextNode,
  type DiscountNode,
  type Method,
} from "./discount-documents.ts";

export type Target = { to: "all" } | { to: "segment"; id: string } | { to: "customers"; ids: readonly string[] };

export type DiscountWanted = {
  offerId: string;
  title: string;
  percent: string;
  code: string | null;
  startsAt: Date;
  endsAt: Date | null;
  target: Target;
};

/** What Shopify said no to, in its words. */
export class DiscountRefused extends Error {
  readonly code: string | null;
  constructor(message: string, code: string | null) {
    super(message);
    this.name = "DiscountRefused";
    this.code = code;
  }
}

/** Shopify takes at most 250 entries of a list in one call. */
const CHUNK = 250;

const tagOf = (offerId: string): string => `regulars-${offerId}`;
const methodOf = ({ code }: Pick<DiscountWanted, "code">): Method => (code === null ? "automatic" : "code");

/** Two that are alike need no call. */
export const fingerprint = (wanted: DiscountWanted): string =>
  createHash("sha256").update(JSON.stringify(wanted)).digest("base64url");

const numberOf = (gid: string): string => gid.slice(gid.lastIndexOf("/") + 1);
const gidOf = (method: Method, gid: string): string =>
  `gid://shopify/${method === "code" ? "DiscountCodeNode" : "DiscountAutomaticNode"}/${numberOf(gid)}`;
const methodOfNode = (node: DiscountNode): Method =>
  node.discount.__typename.startsWith("DiscountCode") ? "code" : "automatic";

export type Found = { id: string; method: Method; context: ContextNode | null; expired: boolean };

const foundOf = (node: DiscountNode): Found => ({
  id: gidOf(methodOfNode(node), node.id),
  method: methodOfNode(node),
  context: node.discount.context ?? null,
  expired: node.discount.status === "EXPIRED",
});

/** By the id we kept, else by our tag: what an earlier run made and could not note. */
export async function findDiscount(admin: AdminApi, offerId: string, knownId: string | null): Promise<Found | null> {
  if (knownId) {
    const { discountNode } = await admin.request<{ discountNode: DiscountNode | null }>(READ, { id: knownId });
    if (discountNode) return foundOf(discountNode);
  }
  const tag = tagOf(offerId);
  const { discountNodes } = await admin.request<{ discountNodes: { nodes: DiscountNode[] } }>(FIND, {
    query: `tag:'${tag}'`,
  });
  const ours = discountNodes.nodes.find(({ discount }) => discount.tags?.includes(tag));
  return ours ? foundOf(ours) : null;
}

type ListChange = { add?: string[]; remove?: string[] };
type ContextChange = { all: "ALL" } | { customers: ListChange } | { customerSegments: ListChange };

const customerGid = (id: string): string => `gid://shopify/Customer/${id}`;

/** The calls' contexts that lead from what is there to what is wanted; the first goes with the other fields. */
export function contextChanges(now: ContextNode | null, target: Target): ContextChange[] {
  if (target.to === "all") return now?.__typename === "DiscountBuyerSelectionAll" ? [] : [{ all: "ALL" }];
  const held = now?.customers ?? now?.segments ?? [];
  const right = target.to === "segment" ? "DiscountCustomerSegments" : "DiscountCustomers";
  const before = now?.__typename === right ? held.map(({ id }) => id) : [];
  const after = target.to === "segment" ? [target.id] : target.ids.map(customerGid);
  const has = new Set(before);
  const wants = new Set(after);
  // All that come are added before any goes: an emptied list could be read as no limit.
  const changes: ListChange[] = [
    ...chunks(after.filter((id) => !has.has(id))).map((add) => ({ add })),
    ...chunks(before.filter((id) => !wants.has(id))).map((remove) => ({ remove })),
  ];
  return changes.map((change) => (target.to === "segment" ? { customerSegments: change } : { customers: change }));
}

const chunks = (ids: string[]): string[][] =>
  Array.from({ length: Math.ceil(ids.length / CHUNK) }, (_, at) => ids.slice(at * CHUNK, (at + 1) * CHUNK));

function fieldsOf({ offerId, title, percent, code, startsAt, endsAt }: DiscountWanted) {
  return {
    title,
    ...(code === null ? {} : { code }),
    startsAt: startsAt.toISOString(),
    endsAt: endsAt?.toISOString() ?? null,
    tags: [tagOf(offerId)],
    customerGets: { items: { all: true }, value: { percentage: Number(percent) / 100 } },
    combinesWith: { orderDiscounts: false, productDiscounts: false, shippingDiscounts: true },
  };
}

function read(changed: Changed, operation: string): DiscountNode {
  const { userErrors, node } = changed.result;
  const [fault] = userErrors;
  if (fault) throw new DiscountRefused(fault.message, fault.code ?? null);
  if (!node) throw new Error(`${operation} answered with no discount`);
  return node;
}

/** Returns its id. A list of customers must not be empty: stop the discount instead. */
export async function putDiscount(admin: AdminApi, wanted: DiscountWanted, knownId: string | null): Promise<string> {
  const method = methodOf(wanted);
  let found = await findDiscount(admin, wanted.offerId, knownId);
  if (found && found.method !== method) {
    await removeDiscount(admin, found);
    found = null;
  }
  const changes = contextChanges(found?.context ?? null, wanted.target);
  const [first, ...rest] = changes;
  const input = { ...fieldsOf(wanted), ...(first ? { context: first } : {}) };
  let node = found
    ? read(await admin.request<Changed>(UPDATE[method], { id: found.id, input }), "update")
    : read(await create(admin, method, input), "create");
  const id = gidOf(method, node.id);
  for (const context of rest)
    node = read(await admin.request<Changed>(UPDATE[method], { id, input: { context } }), "update");
  await refuseEverybody(admin, foundOf(node), wanted.target);
  return id;
}

/** Of these customers those who are still there: one who is gone would hold up the discount of all the others. */
export async function customersThere(admin: AdminApi, ids: readonly string[]): Promise<string[]> {
  const there = new Set<string>();
  for (const asked of chunks(ids.map(customerGid))) {
    const { nodes } = await admin.request<{ nodes: ({ id: string } | null)[] }>(CUSTOMERS, { ids: asked });
    for (const node of nodes) if (node) there.add(node.id);
  }
  return ids.filter((id) => there.has(customerGid(id)));
}

/** An automatic discount's title must be its own among the automatic ones. */
async function create(admin: AdminApi, method: Method, input: { title: string; tags: string[] }): Promise<Changed> {
  const made = await admin.request<Changed>(CREATE[method], { input });
  const taken = made.result.userErrors.some(({ code, field }) => code === "TAKEN" && field?.at(-1) === "title");
  if (!taken || method === "code") return made;
  const title = `${input.title} (${input.tags[0]?.slice(-4)})`;
  return admin.request<Changed>(CREATE[method], { input: { ...input, title } });
}

/** The last wall: what came out must be limited as it was asked. */
async function refuseEverybody(admin: AdminApi, found: Found, target: Target): Promise<void> {
  if (target.to === "all") return;
  const right = target.to === "segment" ? "DiscountCustomerSegments" : "DiscountCustomers";
  if (found.context?.__typename === right) return;
  await stopDiscount(admin, found);
  throw new DiscountRefused("the discount would not keep to its customers, so it was stopped", null);
}

/** It stays in the admin with its history; putDiscount sets it going again. */
export async function stopDiscount(admin: AdminApi, { id, method, expired }: Found): Promise<void> {
  if (expired) return;
  const { result } = await admin.request<Changed>(DEACTIVATE[method], { id });
  const [fault] = result.userErrors;
  if (fault) throw new DiscountRefused(fault.message, fault.code ?? null);
}

export async function removeDiscount(admin: AdminApi, { id, method }: Pick<Found, "id" | "method">): Promise<void> {
  const { result } = await admin.request<Changed>(REMOVE[method], { id });
  const [fault] = result.userErrors;
  if (fault) throw new DiscountRefused(fault.message, fault.code ?? null);
}
