// The merge of two customers: requested, done a moment later by a job, and reported by customers/merge.

import { randomUUID } from "node:crypto";
import { emitAll, newEventId, stamp } from "../happen.ts";
import { allOrdersOf, forgetHistory } from "../history.ts";
import type { Customer, Emission, ShopState, Store } from "../model.ts";
import { combine, movedMetafields, planMerge, type MergeOverrides, type MergePlan } from "./plan.ts";

/** `field` is a blocker of CustomerMergeErrorFieldType in lower case, as the webhook's body has it. */
export type MergeFault = { customerIds: string[]; field: string; message: string };
export type MergeJob = {
  id: string;
  keptId: string;
  goneId: string;
  overrides: MergeOverrides;
  status: "IN_PROGRESS" | "COMPLETED" | "FAILED";
  faults: MergeFault[];
};

/** How long a merge takes, in milliseconds of store time. */
const TAKES = 1000;
const jobs = new WeakMap<ShopState, MergeJob[]>();

export function mergesOf(shop: ShopState): MergeJob[] {
  const known = jobs.get(shop) ?? [];
  jobs.set(shop, known);
  return known;
}

export function mergeUnderWay(shop: ShopState, customerId: string): MergeJob | null {
  const open = mergesOf(shop).filter(({ status }) => status === "IN_PROGRESS");
  return open.find(({ keptId, goneId }) => keptId === customerId || goneId === customerId) ?? null;
}

/** What prevents a merge of this customer with anybody. Redacted customers are recognised by their consent. */
export function mergeFaults(shop: ShopState, customer: Customer): MergeFault[] {
  const name = `${customer.firstName} ${customer.lastName}`.trim() || customer.email || customer.phone || "Customer";
  const fault = (field: string, message: string): MergeFault => ({ customerIds: [customer.id], field, message });
  return [
    ...(customer.emailConsent.state === "REDACTED" ? [fault("redacted_at", `${name} has been redacted and can’t be merged.`)] : []), // prettier-ignore
    ...(mergeUnderWay(shop, customer.id) ? [fault("merge_in_progress", `${name} is currently being merged.`)] : []),
  ];
}

/** Both customers stay unchanged until the job is done, one second of store time later. */
export function startMerge(store: Store, shop: ShopState, plan: MergePlan, overrides: MergeOverrides): MergeJob {
  const job: MergeJob = {
    id: randomUUID(),
    keptId: plan.kept.id,
    goneId: plan.gone.id,
    overrides,
    status: "IN_PROGRESS",
    faults: [],
  };
  mergesOf(shop).push(job);
  store.clock.after(TAKES, () => finishMerge(store, shop, job));
  return job;
}

/** Merges as the merchant does in the admin, without the wait. */
export function mergeCustomers(
  store: Store,
  shop: ShopState,
  oneId: string,
  twoId: string,
  overrides: MergeOverrides = {},
): MergeJob {
  const [one, two] = [shop.customers.get(oneId), shop.customers.get(twoId)];
  if (one === undefined || two === undefined || one === two) throw new Error("A merge needs two customers.");
  const [fault] = [one, two].flatMap((customer) => mergeFaults(shop, customer));
  if (fault !== undefined) throw new Error(fault.message);
  const job = startMerge(store, shop, planMerge(one, two, overrides), overrides);
  finishMerge(store, shop, job);
  return job;
}

function finishMerge(store: Store, shop: ShopState, job: MergeJob): void {
  if (job.status !== "IN_PROGRESS") return;
  const [kept, gone] = [shop.customers.get(job.keptId), shop.customers.get(job.goneId)];
  job.faults = faultsAtTheEnd(shop, job);
  const eventId = newEventId();
  const done = job.faults.length === 0 && kept !== undefined && gone !== undefined;
  job.status = done ? "COMPLETED" : "FAILED";
  const news = done ? unite(store, shop, overridden(combine(kept, gone, job.overrides), job.overrides)) : [];
  emitAll(store, shop, eventId, [{ topic: "customers/merge", resourceId: job.keptId, data: { job } }, ...news]);
}

/** The customers who were deleted or redacted since the request. */
function faultsAtTheEnd(shop: ShopState, { keptId, goneId }: MergeJob): MergeFault[] {
  return [keptId, goneId].flatMap((id): MergeFault[] => {
    const customer = shop.customers.get(id);
    if (customer !== undefined) return mergeFaults(shop, customer).filter(({ field }) => field !== "merge_in_progress");
    return [{ customerIds: [id], field: "deleted_at", message: `Customer does not exist with ID ${id}` }];
  });
}

/** The merchant's overrides replace the values of both customers. A preview shows only the customers' values. */
function overridden(plan: MergePlan, { note, tags }: MergeOverrides): MergePlan {
  return { ...plan, note: note ?? plan.note, tags: tags == null ? plan.tags : [...new Set(tags)] };
}

/** Moves all data of the deleted customer to the kept customer. Orders then have the kept customer's e-mail, as recorded. */
function unite(store: Store, shop: ShopState, plan: MergePlan): Omit<Emission, "eventId">[] {
  const { kept, gone, phone } = plan;
  const resourceId = kept.id;
  const before = kept.tags;
  for (const order of allOrdersOf(shop, gone.id)) Object.assign(order, { customerId: kept.id, email: kept.email });
  for (const place of movedMetafields(shop, plan)) moveMetafield(store, shop, place, kept.id);
  dropMetafields(shop, gone.id);
  moveDiscounts(shop, gone.id, kept.id);
  Object.assign(kept, {
    phone: phone?.phone ?? null,
    smsConsent: (phone ?? kept).smsConsent,
    firstName: plan.firstName,
    lastName: plan.lastName,
    addresses: plan.addresses,
    defaultAddressId: plan.defaultAddress?.id ?? null,
    note: plan.note,
    tags: plan.tags,
    updatedAt: stamp(store),
  });
  shop.customers.delete(gone.id);
  forgetHistory(shop);
  const added = plan.tags.filter((tag) => !before.includes(tag));
  const removed = before.filter((tag) => !plan.tags.includes(tag));
  return [
    { topic: "customers/update", resourceId },
    { topic: "customers/purchasing_summary", resourceId },
    ...(added.length > 0 ? [{ topic: "customer.tags_added", resourceId, data: { tags: added } }] : []),
    ...(removed.length > 0 ? [{ topic: "customer.tags_removed", resourceId, data: { tags: removed } }] : []),
  ];
}

function moveMetafield(store: Store, shop: ShopState, place: string, keptId: string): void {
  const metafield = shop.metafields.get(place);
  if (metafield === undefined) return;
  const moved = { ...metafield, id: store.newId(shop), ownerId: `gid://shopify/Customer/${keptId}` };
  shop.metafields.set(`${moved.ownerId} ${moved.namespace} ${moved.key}`, moved);
}

function dropMetafields(shop: ShopState, goneId: string): void {
  for (const [place, { ownerId }] of shop.metafields) {
    if (ownerId === `gid://shopify/Customer/${goneId}`) shop.metafields.delete(place);
  }
}

function moveDiscounts(shop: ShopState, goneId: string, keptId: string): void {
  for (const discount of shop.discounts.values()) {
    for (const use of discount.usedBy) if (use.customerId === goneId) use.customerId = keptId;
    if (discount.context.kind !== "customers" || !discount.context.customerIds.includes(goneId)) continue;
    const ids = discount.context.customerIds.map((id) => (id === goneId ? keptId : id));
    discount.context = { kind: "customers", customerIds: [...new Set(ids)] };
  }
}
