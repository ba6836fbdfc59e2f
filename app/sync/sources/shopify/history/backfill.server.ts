// The first reading of a shop's history: three bulk operations, applied in batches through the same version gates as webhooks,
// so that a newer webhook is kept. Safe to interrupt: the next run continues, or reads a file again.
import { setTimeout as sleep } from "node:timers/promises";
import { adminFor, type AdminApi } from "../../../../shopify/admin-api.server.ts";
import { asImport } from "../../../../customers/change.ts";
import { sql } from "../../../../db.server.ts";
import { locked } from "../../../../lock.server.ts";
import { enqueue } from "../../../../queue.server.ts";
import type { Shop } from "../../../../shop.server.ts";
import { waitForApply } from "../../../../customers/facts/apply.server.ts";
import type { Json } from "../../../reading/body.ts";
import { applyHistory, bodiesOf } from "./apply-history.server.ts";
import { withStage } from "./file.server.ts";
import { settleBalances } from "../../../../customers/facts/orders/opening.server.ts";
import { awaitOperation, startOperation, type Ready } from "./operation.server.ts";
import { noteApplied, noteDone, noteFailed, noteObjects, noteReading, openProgress } from "../../../progress.server.ts";
import { KINDS, type Kind, type OnChanges } from "../../../source.ts";

/** `waiting`: Shopify's files are not ready; run again later. `left`: the shop uninstalled the app meanwhile. */
export type Outcome = "done" | "waiting" | "failed" | "left";

type Options = {
  /** The first pause between two polls of an operation. Later pauses are longer. */
  pollMs?: number;
  /** How long one run waits for operations that are not ready. */
  budgetMs?: number;
};

const PARENTS_AT_ONCE = 250;
const ATTEMPTS = 3;

export async function runBackfill(shop: Shop, onChanges: OnChanges, options: Options = {}): Promise<Outcome> {
  const { pollMs = 1000, budgetMs = 8 * 60_000 } = options;
  const deadline = performance.now() + budgetMs;
  const outcome = await locked(`backfill ${shop.id}`, async () => {
    const admin = await adminFor(shop);
    const job: Job = { shop, admin, onChanges, pollMs, deadline };
    // Shopify runs the operations at the same time. The files are read in order, so that an order finds its customer.
    for (const { kind, state } of (await openProgress(shop)).values()) {
      if (state === "waiting") await startOperation(shop, admin, kind);
    }
    for (const kind of KINDS) {
      const outcome = await readKind(job, kind);
      if (outcome !== "done") return outcome;
    }
    return "done" as const;
  });
  // The webhook bulk_operations/finish starts this job as well, but a webhook may be lost.
  if (outcome === "waiting") await enqueue("sync.backfill", { shop: shop.id });
  return outcome;
}

/** Reads the history again: the kinds that have a fault, or all kinds. `all` also forgets the last comparison. */
export const restartBackfill = (shop: Shop, { all = false } = {}): Promise<void> =>
  shop.db.tx(async (tx) => {
    await tx.run(
      sql`delete from backfill where shop_id = ${shop.id} and (${all} or kind <> 'changes' and (state = 'failed' or fault is not null))`,
    );
    await enqueue("sync.backfill", { shop: shop.id }, tx);
  });

type Job = { shop: Shop; admin: AdminApi; onChanges: OnChanges; pollMs: number; deadline: number };

async function readKind(job: Job, kind: Kind): Promise<Outcome> {
  const { shop, admin } = job;
  for (let attempt = 1; ; attempt += 1) {
    const progress = (await openProgress(shop)).get(kind);
    if (!progress || progress.state === "done" || progress.state === "failed") {
      return progress?.state === "failed" ? "failed" : "done";
    }
    if (progress.operationId === null) {
      if (!(await retryStart(job, kind))) return "waiting";
      continue;
    }
    const onObjects = async (roots: string) => void (await noteObjects(shop, kind, roots));
    const ready = await awaitOperation(admin, progress.operationId, { ...job, onObjects });
    if (ready.ready === "later") return "waiting";
    const outcome = await readFile(job, kind, ready, attempt === ATTEMPTS);
    if (outcome !== "again") return outcome;
    if (attempt === ATTEMPTS) {
      await noteFailed(shop, kind, "damaged");
      return "failed";
    }
    shop.log.warn({ kind, attempt }, "the bulk operation's file is of no use: a new one is asked for");
    if ((await startOperation(shop, admin, kind)) === null && !(await retryStart(job, kind))) return "waiting";
  }
}

/** Tries to start an operation until the deadline, while as many run as Shopify allows. False: the operation did not start. */
async function retryStart({ shop, admin, pollMs, deadline }: Job, kind: Kind): Promise<boolean> {
  for (let pause = pollMs; performance.now() + pause < deadline; pause = Math.min(pause * 2, 30_000)) {
    await sleep(pause);
    if ((await startOperation(shop, admin, kind)) !== null) return true;
  }
  return false;
}

async function readFile(
  job: Job,
  kind: Kind,
  ready: Exclude<Ready, { ready: "later" }>,
  isLast: boolean,
): Promise<Outcome | "again"> {
  const { shop, onChanges } = job;
  if (ready.ready === "lost") return "again";
  if (ready.ready === "failed") {
    await noteFailed(shop, kind, ready.fault);
    return "failed";
  }
  const { url, objects, roots, seenAt } = ready;
  await noteReading(shop, kind, roots);
  const read =
    url === null
      ? "done"
      : await withStage(async (stage) => {
          if ((await stage.load(url, objects, { isLast })) !== "complete") return "again";
          for await (const parents of stage.parents(PARENTS_AT_ONCE)) {
            const bodies = await bodiesOf(job.admin, kind, parents);
            if (!(await applyBatch(job, kind, bodies, seenAt))) return "left";
          }
          return "done";
        });
  if (read !== "done") return read;
  if (kind === "orders") await settleBalances(shop, onChanges);
  await noteDone(shop, kind);
  return "done";
}

/** False where the shop uninstalled the app. */
function applyBatch({ shop, onChanges }: Job, kind: Kind, bodies: Json[], seenAt: string): Promise<boolean> {
  return shop.db.tx(async (tx) => {
    await waitForApply(shop, tx);
    if (!(await noteApplied(shop, tx, kind, bodies.length))) return false;
    const changes = await applyHistory(shop, tx, kind, bodies, { seenAt, isHistory: true });
    if (changes.size > 0) await onChanges(shop, tx, asImport(changes));
    return true;
  });
}
