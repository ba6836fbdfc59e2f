// Repeats recorded requests about discounts, a file's requests one after the other on one store.

import { parse, type DocumentNode } from "graphql";
import { newContext } from "../admin-api/admin-api.ts";
import { answerAdminRequest } from "../admin-api/execute.ts";
import { collectionsOf } from "../collections.ts";
import { installApp } from "../commands/app.ts";
import { createCustomer } from "../commands/customer.ts";
import type { Product, ShopState, Store } from "../model.ts";
import { addShop } from "../store.ts";
import type { RecordedError, Recording } from "./recordings.ts";
import { differences } from "./shape.ts";

const SCOPES = ["read_discounts", "write_discounts", "read_products", "read_customers"];
/** Requests by which the recorder prepared itself, out of the story's order. */
const RECORDERS_OWN = /\b(query|mutation)\s+(DiscountUniquenessCheck|DraftProxy|\w*Hydrate)/;

export type Parity = {
  /**
   * Reads that cannot be repeated: of discounts from before the recording, by a cursor, by the status at the recording's time, or
   * after a request that was not answered.
   */
  untold: number;
  all: number;
  answered: number;
  same: number;
  unanswered: Map<string, number>;
  different: { file: string; where: string[] }[];
};

export function compareDiscounts(store: Store, recordings: Recording[]): Parity {
  const parity: Parity = { untold: 0, all: 0, answered: 0, same: 0, unanswered: new Map(), different: [] };
  for (const [file, story] of Map.groupBy(recordings, ({ file }) => file)) {
    const shop = addShop(store, "recorded.myshopify.com", { currency: "CAD" });
    installApp(store, shop);
    const replay = { store, shop, file, parity, ids: seedNamed(store, shop, story), broken: false };
    for (const recording of story.filter(isAboutDiscounts)) compareOne(replay, recording);
  }
  return parity;
}

function documentOf(recording: Recording): DocumentNode | null {
  try {
    return parse(recording.query);
  } catch {
    return null;
  }
}

function isAboutDiscounts(recording: Recording): boolean {
  const document = documentOf(recording);
  if (document === null || RECORDERS_OWN.test(recording.query)) return false;
  const roots = document.definitions.flatMap((one) =>
    one.kind === "OperationDefinition" ? one.selectionSet.selections : [],
  );
  return roots.some((root) => root.kind === "Field" && /discount/i.test(root.name.value));
}

/** Makes what the requests name and what the answers do not call unknown. Returns our ids by recorded ids. */
function seedNamed(store: Store, shop: ShopState, story: Recording[]): Map<string, string> {
  const text = JSON.stringify(story.map(({ query, variables }) => ({ query, variables })));
  const unknown = new Set(
    [...JSON.stringify(story.map(({ data }) => data)).matchAll(/with id: (\d+) is invalid/g)].map(([, id]) => id),
  );
  const ids = new Map<string, string>();
  for (const [gid, type, id = ""] of text.matchAll(
    /gid:\/\/shopify\/(Product|ProductVariant|Collection|Customer|Segment)\/(\d+)/g,
  )) {
    // prettier-ignore
    if (unknown.has(id) || ids.has(gid)) continue;
    if (type === "Customer") {
      ids.set(gid, `gid://shopify/Customer/${createCustomer(store, shop, { firstName: "Recorded" }).id}`);
      continue;
    }
    if (type === "Product" || type === "ProductVariant") shop.products.set(`${id}`, productOf(id, ""));
    if (type === "Collection") {
      shop.products.set(`1${id}`, productOf(`1${id}`, `Collection ${id}`));
      const own = collectionsOf(shop).find(({ title }) => title === `Collection ${id}`);
      ids.set(gid, `gid://shopify/Collection/${own?.id}`);
      continue;
    }
    if (type === "Segment") shop.segments.set(id, { id, name: id, query: "number_of_orders > 0", creationDate: AT, lastEditDate: AT }); // prettier-ignore
    ids.set(gid, gid);
  }
  return ids;
}

const AT = "2026-01-01T00:00:00Z";

const productOf = (id: string, productType: string): Product => ({
  ...{ id, handle: `product-${id}`, title: `Product ${id}`, descriptionHtml: "", vendor: "", productType, tags: [] },
  ...{ variants: [{ id, title: "Default Title", sku: "", price: "1.00" }], image: null, createdAt: AT, updatedAt: AT },
});

type Replay = {
  store: Store;
  shop: ShopState;
  file: string;
  parity: Parity;
  /** Our ids by recorded ids. */
  ids: Map<string, string>;
  /** A request of the file was not answered, so that the store is in another state than the recorded one. */
  broken: boolean;
};

function compareOne(replay: Replay, recording: Recording): void {
  const { store, shop, file, parity, ids } = replay;
  if (isUntold(recording, replay)) {
    parity.untold++;
    return;
  }
  parity.all++;
  const ours = (text: string): string => text.replace(/gid:\/\/shopify\/\w+\/\d+/g, (gid) => ids.get(gid) ?? gid);
  const query = ours(recording.query);
  const variables = JSON.parse(ours(JSON.stringify(recording.variables))) as Record<string, unknown>;
  const result = answerAdminRequest(newContext(store, shop, SCOPES), { query, variables, operationName: null });
  const errors = (result.errors ?? []) as RecordedError[];
  const gap = errors.find(({ extensions }) => extensions?.["devStore"] === "unimplemented");
  if (gap !== undefined) {
    parity.unanswered.set(gap.message, (parity.unanswered.get(gap.message) ?? 0) + 1);
    replay.broken = true;
    return;
  }
  parity.answered++;
  const data = result.data ?? null;
  learnIds(recording.data, data, ids);
  const where = [
    ...differences(recording.data, data, "data"),
    ...differingErrors(refusalsOf(recording.data, recording.errors), refusalsOf(data, errors)),
  ];
  if (where.length === 0) parity.same++;
  else parity.different.push({ file, where });
}

const isUntold = ({ query, variables, data }: Recording, { ids, broken }: Replay): boolean =>
  !query.trimStart().startsWith("mutation") &&
  (broken ||
    /After":"ey|status:scheduled/.test(JSON.stringify(variables)) ||
    [...JSON.stringify(data).matchAll(/gid:\/\/shopify\/Discount\w+Node\/\d+/g)].some(([gid]) => !ids.has(gid)));

/** An object that both answers show at one place has two ids. */
function learnIds(recorded: unknown, ours: unknown, ids: Map<string, string>): void {
  if (typeof recorded !== "object" || recorded === null || typeof ours !== "object" || ours === null) return;
  for (const [key, value] of Object.entries(recorded)) {
    const own: unknown = Reflect.get(ours, key);
    if (key === "id" && typeof value === "string" && typeof own === "string") ids.set(value, own);
    else learnIds(value, own, ids);
  }
}

/** All refusals of an answer: paths, codes and messages, without the numbers of ids. */
function refusalsOf(data: unknown, errors: readonly { message: string; extensions?: object | undefined }[]): string[] {
  const said: string[] = errors.map(({ message, extensions }) =>
    plain(`${String(Reflect.get(extensions ?? {}, "code"))} ${message}`),
  );
  const collect = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const refused: unknown = Reflect.get(value, "userErrors");
    if (Array.isArray(refused)) {
      for (const one of refused as { field?: string[] | null; message?: string; code?: string | null }[])
        said.push(plain(`${one.field?.join(".")} ${one.code} ${one.message}`));
    }
    for (const inner of Object.values(value)) collect(inner);
  };
  collect(data);
  return said.sort();
}

const plain = (text: string): string => text.replace(/\d{9,}/g, "…");

function differingErrors(recorded: string[], ours: string[]): string[] {
  return [
    ...recorded.filter((one) => !ours.includes(one)).map((one) => `refusal missing: ${one}`),
    ...ours.filter((one) => !recorded.includes(one)).map((one) => `refusal not recorded: ${one}`),
  ];
}
