// Makes, changes and stops the Shopify discount of an offer. At no moment may the discount apply to everybody.
import { createHash } from "node:crypto";
import type { AdminApi } from "../../../shopify/admin-api.server.ts";
import {
  CREATE,
  CUSTOMERS,
  DEACTIVATE,
  REMOVE,
  UPDATE,
  type Changed,
  type ContextNode,
  type DiscountNode,
  type Method,
} from "./discount-documents.ts";
import { conditionsInput, sameConditions } from "./conditions.ts";
import { discountOfCode, foundOf, gidOf, tagsOf, type Found } from "./find-discount.server.ts";
import type { Grant, GrantConditions } from "../../offer-kind.ts";
import { familyOf, inputOf, readGrant, sameGrant } from "./grants.ts";
import type { Instant } from "../../../instant.ts";

export type Target = { to: "all" } | { to: "segment"; id: string } | { to: "customers"; ids: readonly string[] };

export type DiscountWanted = {
  offerId: string;
  title: string;
  grant: Grant;
  conditions?: GrantConditions;
  code: string | null;
  startsAt: Instant;
  endsAt: Instant | null;
  target: Target;
};

/**
 * `title`, `code`: another discount has it. `gone`: the discount was deleted. `codes`: the discount has several codes, without
 * ours.
 */
type Reason = "title" | "code" | "gone" | "codes" | "other";

/** Shopify refused a change of the discount. `message`: Shopify's own words. */
export class DiscountRefused extends Error {
  readonly reason: Reason;
  constructor(message: string, reason: Reason = "other") {
    super(message);
    this.name = "DiscountRefused";
    this.reason = reason;
  }
}

/** Shopify takes at most 250 entries of a list in one call. */
const CHUNK = 250;

export const methodOf = ({ code }: Pick<DiscountWanted, "code">): Method => (code === null ? "automatic" : "code");

/** Equal fingerprints need no call to Shopify. */
export const fingerprint = (wanted: DiscountWanted): string =>
  createHash("sha256").update(JSON.stringify(wanted)).digest("base64url");

type ListChange = { add?: string[]; remove?: string[] };
type ContextChange = { all: "ALL" } | { customers: ListChange } | { customerSegments: ListChange };

export const customerGid = (id: string): string => `gid://shopify/Customer/${id}`;

/**
 * The changes of the context that lead from the present one to the wanted one, in calls. The first call also has the other
 * fields.
 */
export function contextChanges(now: ContextNode | null, target: Target): ContextChange[] {
  if (target.to === "all") return now?.__typename === "DiscountBuyerSelectionAll" ? [] : [{ all: "ALL" }];
  const held = now?.customers ?? now?.segments ?? [];
  const right = target.to === "segment" ? "DiscountCustomerSegments" : "DiscountCustomers";
  const before = now?.__typename === right ? held.map(({ id }) => id) : [];
  const after = target.to === "segment" ? [target.id] : target.ids.map(customerGid);
  const has = new Set(before);
  const wants = new Set(after);
  // Entries are added before any entry is removed, because Shopify could read an emptied list as no limit.
  const changes: ListChange[] = [
    ...chunks(after.filter((id) => !has.has(id))).map((add) => ({ add })),
    ...chunks(before.filter((id) => !wants.has(id))).map((remove) => ({ remove })),
  ];
  return changes.map((change) => (target.to === "segment" ? { customerSegments: change } : { customers: change }));
}

const chunks = (ids: string[]): string[][] =>
  Array.from({ length: Math.ceil(ids.length / CHUNK) }, (_, at) => ids.slice(at * CHUNK, (at + 1) * CHUNK));

function fieldsOf(wanted: DiscountWanted, found: Found | null) {
  const { offerId, title, grant, startsAt, endsAt } = wanted;
  return {
    title,
    startsAt: startsAt.toISOString(),
    endsAt: endsAt?.toISOString() ?? null,
    tags: tagsOf(offerId),
    ...inputOf(grant, found?.body ?? null),
    ...conditionsInput(wanted, methodOf(wanted)),
  };
}

const reasonOf = ({ code, field, message }: Changed["result"]["userErrors"][number]): Reason => {
  // Shopify does not document the error code for a title that is taken. The message has the word "unique".
  const last = field?.at(-1);
  if ((last === "title" || last === "code") && (code === "TAKEN" || /unique/i.test(message))) return last;
  return last === "id" && /does not exist/i.test(message) ? "gone" : "other";
};

function read(changed: Changed, operation: string): DiscountNode {
  const { userErrors, node } = changed.result;
  const [fault] = userErrors;
  if (fault) throw new DiscountRefused(fault.message, reasonOf(fault));
  if (!node) throw new Error(`${operation} answered with no discount`);
  return node;
}

/**
 * Changes the discount `found`, or makes a new one, and returns its id. `made` is called with the id of a new discount before any
 * further call. A list of customers must not be empty: stop the discount instead.
 */
export async function putDiscount(
  admin: AdminApi,
  wanted: DiscountWanted,
  found: Found | null,
  made: (id: string) => Promise<void>,
): Promise<string> {
  const method = methodOf(wanted);
  const family = familyOf(wanted.grant);
  if (found && (found.method !== method || found.family !== family)) {
    await removeDiscount(admin, found);
    return putDiscount(admin, wanted, null, made);
  }
  const [first, ...rest] = contextChanges(found?.context ?? null, wanted.target);
  const input = { ...fieldsOf(wanted, found), ...(first ? { context: first } : {}) };
  let node = found
    ? await update(admin, found, { ...input, ...(await codeChange(admin, wanted, found)) })
    : read(await admin.request<Changed>(CREATE[family][method], { input: { ...input, ...codeOf(wanted) } }), "create");
  // The merchant changed something that an update does not undo, so the discount is made anew.
  if (found && !isAsWanted(foundOf(node), wanted)) {
    await removeDiscount(admin, found);
    return putDiscount(admin, wanted, null, made);
  }
  const id = gidOf(method, node.id);
  if (!found) await made(id);
  for (const context of rest) node = await update(admin, { id, method, family }, { context });
  await refuseEverybody(admin, foundOf(node), wanted.target);
  return id;
}

/** Whether the discount gives the grant under its conditions. */
export function isAsWanted({ body }: Found, wanted: DiscountWanted): boolean {
  const grant = readGrant(body);
  return grant !== null && sameGrant(grant, wanted.grant) && sameConditions(body, wanted);
}

const update = async (
  admin: AdminApi,
  { id, method, family }: Pick<Found, "id" | "method" | "family">,
  input: object,
) => read(await admin.request<Changed>(UPDATE[family ?? "Basic"][method], { id, input }), "update");

const codeOf = ({ code }: DiscountWanted): { code?: string } => (code === null ? {} : { code });

/** Shopify refuses any code in an update of a discount with several codes, even a code that the discount has. */
async function codeChange(admin: AdminApi, wanted: DiscountWanted, { id, body }: Found): Promise<{ code?: string }> {
  const { code } = wanted;
  if (code === null) return {};
  const [first] = body.codes?.nodes ?? [];
  if ((body.codesCount?.count ?? 1) <= 1) return first?.code === code ? {} : { code };
  const owner = await discountOfCode(admin, code);
  if (owner?.id !== id) throw new DiscountRefused("", "codes");
  return {};
}

/** The customers who still exist. Shopify refuses the whole list if one customer does not exist. */
export async function customersThere(admin: AdminApi, ids: readonly string[]): Promise<string[]> {
  const there = new Set<string>();
  for (const asked of chunks(ids.map(customerGid))) {
    const { nodes } = await admin.request<{ nodes: ({ id: string } | null)[] }>(CUSTOMERS, { ids: asked });
    for (const node of nodes) if (node) there.add(node.id);
  }
  return ids.filter((id) => there.has(customerGid(id)));
}

/** Stops the discount and throws if the discount is not limited as requested. */
async function refuseEverybody(admin: AdminApi, found: Found, target: Target): Promise<void> {
  if (target.to === "all") return;
  const right = target.to === "segment" ? "DiscountCustomerSegments" : "DiscountCustomers";
  if (found.context?.__typename === right) return;
  await stopDiscount(admin, found);
  throw new DiscountRefused("the discount would not keep to its customers, so it was stopped");
}

/** Stops the discount. It stays in the admin with its history, and putDiscount starts it again. */
export async function stopDiscount(admin: AdminApi, found: Found): Promise<void> {
  if (!found.expired) await end(admin, DEACTIVATE[found.method], found);
}

export const removeDiscount = (admin: AdminApi, found: Pick<Found, "id" | "method">): Promise<void> =>
  end(admin, REMOVE[found.method], found);

/** Ends or deletes the discount. A discount that does not exist any more counts as ended. */
async function end(admin: AdminApi, document: string, { id }: Pick<Found, "id">): Promise<void> {
  const [fault] = (await admin.request<Changed>(document, { id })).result.userErrors;
  if (fault && reasonOf(fault) !== "gone") throw new DiscountRefused(fault.message, reasonOf(fault));
}
