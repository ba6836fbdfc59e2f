// Repeats recorded reads on a store in the recorded state.

import { parse, type DocumentNode, type FragmentDefinitionNode, type OperationDefinitionNode } from "graphql";
import { newContext } from "../admin-api/admin-api.ts";
import { queryCost } from "../admin-api/cost.ts";
import { parseQuery } from "../admin-api/document.ts";
import { runDocument } from "../admin-api/execute.ts";
import { installApp } from "../commands/app.ts";
import type { Store } from "../model.ts";
import { addShop } from "../store.ts";
import { readFacts, type Facts } from "./facts.ts";
import type { Recording } from "./recordings.ts";
import { seed } from "./seed.ts";
import { differences } from "./shape.ts";

const SCOPES = [
  "read_customers",
  "read_orders",
  "read_all_orders",
  "read_products",
  "read_inventory",
  "read_discounts",
  "read_returns",
  "read_merchant_managed_fulfillment_orders",
  "read_store_credit_accounts",
];

/** Lists that are always empty in this store. A recording with entries in such a list cannot be reproduced. */
const BEYOND = /\.(returns|fulfillmentOrders|storeCreditAccounts)\.nodes: empty/;

export type Folder = { all: number; answered: number; same: number };
export type Comparison = {
  folders: Map<string, Folder>;
  /** The number of reads that were not answered, by reason. */
  unanswered: Map<string, number>;
  /** `folder/file`, and where the shapes differ. */
  different: { file: string; where: string[] }[];
};

export function compareReads(store: Store, recordings: Recording[]): Comparison {
  const comparison: Comparison = { folders: new Map(), unanswered: new Map(), different: [] };
  for (const recording of recordings) {
    const read = wholeRead(recording);
    if (read !== null) compareRead(store, recording, read, comparison);
  }
  return comparison;
}

type Read = { document: DocumentNode; facts: Facts };

/** Null for a mutation, a refusal, an introspection, and an answer that does not belong to its query. */
function wholeRead(recording: Recording): Read | null {
  const document = parsed(recording);
  if (document === null || operationOf(document)?.operation !== "query") return null;
  if (recording.data === null || recording.errors.length > 0 || recording.query.includes("__type(")) return null;
  const facts = readFacts(document, recording.variables, recording.data);
  return facts === null ? null : { document, facts };
}

function compareRead(store: Store, recording: Recording, { document, facts }: Read, comparison: Comparison): void {
  const folder = comparison.folders.get(recording.folder) ?? { all: 0, answered: 0, same: 0 };
  comparison.folders.set(recording.folder, folder);
  folder.all++;
  const checked = parseQuery(recording.query);
  const shop = addShop(store, "recorded.myshopify.com", { currency: "CAD" });
  installApp(store, shop);
  seed(store, shop, facts);
  const result =
    "errors" in checked ? checked : runDocument(newContext(store, shop, SCOPES), document, recording.variables);
  const [refused] = result.errors ?? [];
  if (refused !== undefined) {
    const why = refused.message.replace(/\d{6,}/g, "…");
    comparison.unanswered.set(why, (comparison.unanswered.get(why) ?? 0) + 1);
    return;
  }
  const where = differences(recording.data, "data" in result ? result.data : null, "data");
  const [beyond] = where.map((each) => BEYOND.exec(each)?.[1]);
  if (where.length > 0 && where.every((each) => BEYOND.test(each))) {
    const why = `It tells of ${beyond}, and the dev store keeps none`;
    comparison.unanswered.set(why, (comparison.unanswered.get(why) ?? 0) + 1);
    return;
  }
  folder.answered++;
  if (where.length === 0) folder.same++;
  else comparison.different.push({ file: `${recording.folder}/${recording.file}`, where });
}

/** The number of recorded requests with the recorded cost. */
export function comparePrices(recordings: Recording[]): { same: number; all: number } {
  const prices = { same: 0, all: 0 };
  for (const { query, variables, errors, cost, ...rest } of recordings) {
    const document = parsed({ query, variables, errors, cost, ...rest });
    const operation = document === null ? null : operationOf(document);
    if (document === null || operation === null || cost === null || errors.length > 0) continue;
    prices.all++;
    if (queryCost(operation, { fragments: fragmentsOf(document), variables }) === cost.requested) prices.same++;
  }
  return prices;
}

function parsed(recording: Recording): DocumentNode | null {
  try {
    return parse(recording.query);
  } catch {
    return null;
  }
}

function operationOf(document: DocumentNode): OperationDefinitionNode | null {
  return document.definitions.find((one) => one.kind === "OperationDefinition") ?? null;
}

function fragmentsOf(document: DocumentNode): Record<string, FragmentDefinitionNode> {
  const fragments = document.definitions.filter((one) => one.kind === "FragmentDefinition");
  return Object.fromEntries(fragments.map((one) => [one.name.value, one]));
}
