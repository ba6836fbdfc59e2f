// Starts bulk operations at Shopify and waits for their files.
import { setTimeout as sleep } from "node:timers/promises";
import type { AdminApi } from "../../../../shopify/admin-api.server.ts";
import type { Shop } from "../../../../shop.server.ts";
import { noteFailed, noteStarted, type Fault } from "../../../progress.server.ts";
import type { Kind } from "../../../source.ts";
import { BULK_OPERATION, bulkQueryOf, START_BULK } from "./queries.ts";

type Started = {
  bulkOperationRunQuery: {
    bulkOperation: { id: string } | null;
    userErrors: { code: string | null; message: string }[];
  };
};

type Operation = {
  id: string;
  status: "CREATED" | "RUNNING" | "CANCELING" | "CANCELED" | "COMPLETED" | "EXPIRED" | "FAILED";
  errorCode: "ACCESS_DENIED" | "INTERNAL_SERVER_ERROR" | "TIMEOUT" | null;
  createdAt: string;
  /** The number of all lines in the file, and of the lines without a parent. */
  objectCount: string;
  rootObjectCount: string;
  /** Null where the query found nothing. */
  url: string | null;
};

const BUSY = ["OPERATION_IN_PROGRESS", "LIMIT_REACHED"];

/** `busy`: as many operations run as Shopify allows. */
export async function runBulkQuery(
  shop: Shop,
  admin: AdminApi,
  query: string,
): Promise<{ id: string } | "busy" | "refused"> {
  const answer = await admin.request<Started>(START_BULK, { query });
  const { bulkOperation, userErrors } = answer.bulkOperationRunQuery;
  if (bulkOperation) return bulkOperation;
  if (userErrors.some(({ code }) => BUSY.includes(code ?? ""))) return "busy";
  shop.log.error({ query, userErrors }, "Shopify refuses the bulk query");
  return "refused";
}

/** The operation's id, or the fault of the kind. Null where as many operations run as Shopify allows: start again later. */
export async function startOperation(shop: Shop, admin: AdminApi, kind: Kind): Promise<string | null | Fault> {
  const started = await runBulkQuery(shop, admin, bulkQueryOf[kind]);
  if (started === "busy") return null;
  if (started === "refused") {
    await noteFailed(shop, kind, "refused");
    return "refused";
  }
  await noteStarted(shop, kind, started.id);
  return started.id;
}

export type Ready =
  | { ready: "file"; url: string | null; seenAt: string; objects: number; roots: string }
  | { ready: "later" }
  /** There will be no file: a new operation must be started. */
  | { ready: "lost" }
  | { ready: "failed"; fault: Fault };

type Waiting = {
  pollMs: number;
  deadline: number;
  /** Called with the number of root objects that the operation has found so far. */
  onObjects?: (roots: string) => Promise<void>;
};

/** Polls until the operation has ended or `deadline` (of performance.now) has passed. */
export async function awaitOperation(
  admin: AdminApi,
  id: string,
  { pollMs, deadline, onObjects }: Waiting,
): Promise<Ready> {
  for (let pause = pollMs; ; pause = Math.min(pause * 1.5, pollMs * 10)) {
    const { bulkOperation } = await admin.request<{ bulkOperation: Operation | null }>(BULK_OPERATION, { id });
    const ready = judge(bulkOperation);
    if (ready) return ready;
    await onObjects?.(bulkOperation?.rootObjectCount ?? "0");
    if (performance.now() + pause > deadline) return { ready: "later" };
    await sleep(pause);
  }
}

function judge(operation: Operation | null): Ready | null {
  if (!operation) return { ready: "lost" };
  const { status, errorCode, url, createdAt, objectCount, rootObjectCount } = operation;
  switch (status) {
    case "CREATED":
    case "RUNNING":
    case "CANCELING":
      return null;
    case "COMPLETED":
      return { ready: "file", url, seenAt: createdAt, objects: Number(objectCount), roots: rootObjectCount };
    case "FAILED":
      return errorCode === "ACCESS_DENIED" ? { ready: "failed", fault: "denied" } : { ready: "lost" };
    default:
      return { ready: "lost" };
  }
}
