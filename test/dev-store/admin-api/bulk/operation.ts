// Bulk operations of a shop. They run on the store's clock and write a file. A restart forgets them.

import { randomBytes } from "node:crypto";
import { emitAll, newEventId, stamp } from "../../happen.ts";
import type { ShopState, Store } from "../../model.ts";
import { gid } from "../gid.ts";

export type BulkStatus = "CREATED" | "RUNNING" | "COMPLETED" | "FAILED" | "CANCELING" | "CANCELED" | "EXPIRED";
export type BulkOperation = {
  id: string;
  type: "QUERY" | "MUTATION";
  status: BulkStatus;
  errorCode: string | null;
  query: string;
  createdAt: string;
  completedAt: string | null;
  objectCount: number;
  rootObjectCount: number;
  /** The file so far. Null: nothing was written. */
  lines: Buffer[];
  /** The secret part of the file's URL. */
  token: string;
};

/** One step of the work. Returns true when the work is done. Throws to fail the operation. */
export type BulkStep = (operation: BulkOperation) => boolean;

const MOST_AT_ONCE = 5;
const DAYS_OF_FILES = 7;
/** Milliseconds of store time before an operation starts, and between its steps. */
const START = 100;
const PAUSE = 50;

const operations = new WeakMap<ShopState, BulkOperation[]>();

export function bulkOperationsOf(shop: ShopState): BulkOperation[] {
  let list = operations.get(shop);
  if (list === undefined) {
    list = [];
    operations.set(shop, list);
  }
  return list;
}

const DONE: readonly BulkStatus[] = ["COMPLETED", "FAILED", "CANCELED", "EXPIRED"];

export function isDone({ status }: BulkOperation): boolean {
  return DONE.includes(status);
}

/** Null if another operation may run, else the refusal, which names the running operations. */
export function busyWords(shop: ShopState, type: BulkOperation["type"]): string | null {
  const running = bulkOperationsOf(shop).filter((one) => one.type === type && !isDone(one));
  if (running.length < MOST_AT_ONCE) return null;
  const ids = running.map((one) => gid("BulkOperation", one.id)).join(", ");
  return `A bulk ${type.toLowerCase()} operation for this app and shop is already in progress: ${ids}.`;
}

export function startBulkOperation(
  store: Store,
  shop: ShopState,
  type: BulkOperation["type"],
  query: string,
  step: BulkStep,
): BulkOperation {
  const operation: BulkOperation = {
    id: store.newId(shop),
    type,
    status: "CREATED",
    errorCode: null,
    query,
    createdAt: stamp(store),
    completedAt: null,
    objectCount: 0,
    rootObjectCount: 0,
    lines: [],
    token: randomBytes(16).toString("hex"),
  };
  bulkOperationsOf(shop).push(operation);
  store.clock.after(store.config.bulkStart ?? START, () => {
    if (operation.status === "CREATED") operation.status = "RUNNING";
    advance(store, shop, operation, step);
  });
  return operation;
}

function advance(store: Store, shop: ShopState, operation: BulkOperation, step: BulkStep): void {
  if (operation.status === "CANCELING") return finish(store, shop, operation, "CANCELED");
  let done: boolean;
  try {
    done = step(operation);
  } catch (error) {
    operation.errorCode = error instanceof BulkFailure ? error.code : "INTERNAL_SERVER_ERROR";
    return finish(store, shop, operation, "FAILED");
  }
  if (done) return finish(store, shop, operation, "COMPLETED");
  store.clock.after(PAUSE, () => advance(store, shop, operation, step));
}

export class BulkFailure extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

function finish(store: Store, shop: ShopState, operation: BulkOperation, status: BulkStatus): void {
  operation.status = status;
  operation.completedAt = stamp(store);
  const { id, type, createdAt, completedAt, errorCode } = operation;
  const data = {
    createdAt,
    completedAt,
    status: status.toLowerCase(),
    type: type.toLowerCase(),
    errorCode: errorCode?.toLowerCase() ?? null,
  };
  emitAll(store, shop, newEventId(), [{ topic: "bulk_operations/finish", resourceId: id, data }]);
}

/** Returns false if the operation has ended already. */
export function cancelBulkOperation(operation: BulkOperation): boolean {
  if (isDone(operation)) return false;
  operation.status = "CANCELING";
  return true;
}

/** The file's URL while the file is kept. Null without a file. */
export function fileAddress(store: Store, shop: ShopState, operation: BulkOperation): string | null {
  if (operation.completedAt === null || operation.lines.length === 0) return null;
  const age = store.clock.now().getTime() - Date.parse(operation.completedAt);
  if (age > DAYS_OF_FILES * 86_400_000) return null;
  const name = `bulk-${operation.id}.jsonl`;
  return `https://${shop.domain}/bulk/${operation.token}/${name}?response-content-type=application%2Fjsonl`;
}

export function fileSize({ lines }: BulkOperation): number {
  return lines.reduce((total, line) => total + line.length, 0);
}
