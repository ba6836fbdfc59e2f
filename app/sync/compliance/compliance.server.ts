// The ledger of privacy requests: a request is filed when it arrives, done within 30 days, and kept with its evidence.
import { randomUUID } from "node:crypto";
import type { MergeRow } from "../../customers/facts/entities.ts";
import { hasTombstone } from "../../customers/facts/redaction/tombstones.server.ts";
import { forShop, sql, type Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import { log } from "../../log.server.ts";
import { enqueue } from "../../queue.server.ts";
import { askInstallation } from "../../shopify/installation.server.ts";
import { findHeld } from "./held.server.ts";
import { redactCustomer, type Redaction, type StepsOf } from "./redact-customer.server.ts";
import { installationOf, redactShop } from "./redact-shop.server.ts";
import type { Subject } from "../../customers/facts/redaction/person.server.ts";
import { PLATFORM, subjectOf } from "../connection.ts";
import type { Reader } from "../source.ts";
import type { RequestKind } from "./request.ts";
import type { Instant } from "../../instant.ts";

const DAYS_TO_ANSWER = 30;

export type ComplianceArrival = {
  /** A topic of the source. */
  topic: string;
  /** The source's connection in this shop. */
  connection: string;
  /** The inbox's key, so that a repeated delivery is the same request. */
  key: string;
  receivedAt: Instant;
  body: Buffer;
};

export type Filed = { ok: true } | { ok: false; reason: "malformed" | "contradicts_shop" };

/** The parts of a source that a request needs. */
type From = Pick<Reader, "name" | "requests">;

const NOBODY: Subject = { customerId: null, email: null, phone: null, orderIds: [] };

/**
 * Files the request in the caller's transaction and queues its job. Needs no session, and works for a shop that uninstalled the
 * app. The header with the shop's name is not signed, so a body that names another shop is refused.
 */
export async function fileRequest(
  shopId: string,
  tx: Tx,
  { name, requests }: From,
  { topic, connection, key, receivedAt, body }: ComplianceArrival,
): Promise<Filed> {
  const kind = requests.kindOf(topic);
  const request = kind && requests.read(body);
  if (!request) return { ok: false, reason: "malformed" };
  const [shop] = await tx.rows<{ platformId: string | null }>(
    sql`select platform_id as "platformId" from shop where id = ${shopId}`,
  );
  const other = shop?.platformId && request.platformId && shop.platformId !== request.platformId;
  if (request.shopId !== shopId || other) return { ok: false, reason: "contradicts_shop" };
  const subject = kind === "erase shop" ? NOBODY : subjectOf(connection, request.subject);
  const id = [kind, name, ...(connection === PLATFORM ? [] : [connection]), key].join(" ");
  await file(shopId, tx, { id, kind, receivedAt, subject });
  return { ok: true };
}

type NewRequest = { id: string; kind: RequestKind; receivedAt: Instant; subject: Subject };

async function file(shopId: string, tx: Tx, { id, kind, receivedAt, subject }: NewRequest): Promise<void> {
  const due = new Date(receivedAt.getTime() + DAYS_TO_ANSWER * 86_400_000);
  const pending: Redaction = { subject };
  await tx.run(sql`
    insert into compliance_request (shop_id, id, kind, received_at, due_at, evidence)
    values (${shopId}, ${id}, ${kind}, ${receivedAt}::timestamptz, ${due}::timestamptz, ${JSON.stringify(pending)}::jsonb)
    on conflict do nothing`);
  await enqueue("sync.comply", { shop: shopId, request: id }, tx);
}

/**
 * Files a redaction of each customer who was merged into a customer that is redacted already. The platform merges no redacted
 * customer: such a merge came before the redaction, arrives late, and says that both are one person. The caller holds the apply
 * lock.
 */
export async function fileMergedPeople(
  shop: Pick<Shop, "id" | "now">,
  tx: Tx,
  merges: readonly MergeRow[],
): Promise<void> {
  for (const { keptId, deletedId } of merges) {
    if (!(await hasTombstone(shop, tx, "customer", keptId)) || (await hasTombstone(shop, tx, "customer", deletedId)))
      continue;
    const subject = { ...NOBODY, customerId: deletedId };
    await file(shop.id, tx, {
      id: `erase customer merged ${randomUUID()}`,
      kind: "erase customer",
      receivedAt: shop.now(),
      subject,
    });
  }
}

/**
 * Shopify asks to erase a shop 48 hours after an uninstall, and the law gives 30 days from then. After both a shop that
 * uninstalled the app is erased, even where no request arrived.
 */
const ERASE_AFTER_DAYS = 32;

/** The ids of the open requests. Files a request of the app's own where the shop is to be erased and Shopify sent no request. */
export async function openRequests(shopId: string): Promise<string[]> {
  await forShop(shopId).tx((tx) =>
    tx.run(sql`
      insert into compliance_request (shop_id, id, kind, received_at, due_at, evidence)
      select id, 'erase shop unheard ' || extract(epoch from uninstalled_at)::bigint, 'erase shop', now(),
        now() + make_interval(days => ${DAYS_TO_ANSWER}), ${JSON.stringify({ subject: NOBODY })}::jsonb from shop
      where id = ${shopId} and uninstalled_at < now() - make_interval(days => ${ERASE_AFTER_DAYS})
      on conflict do nothing`),
  );
  const rows = await forShop(shopId).tx((tx) =>
    tx.rows<{ id: string }>(
      sql`select id from compliance_request where shop_id = ${shopId} and done_at is null order by due_at`,
    ),
  );
  return rows.map(({ id }) => id);
}

/** When a shop that uninstalled the app is erased, even where no request arrived. Null while the shop has the app. */
export async function nextRequestDue({ id, db }: Pick<Shop, "id" | "db">): Promise<Instant | null> {
  const [row] = await db.tx((tx) =>
    tx.rows<{ at: Instant | null }>(
      sql`select uninstalled_at + make_interval(days => ${ERASE_AFTER_DAYS}) as at from shop where id = ${id}`,
    ),
  );
  return row?.at ?? null;
}

/**
 * The job of a request. Safe to repeat: nothing happens for a request that is done or whose shop is erased. A request that
 * cannot be decided yet stays open, and the clock queues another job. `stepsOf`: the steps of a redaction.
 */
export async function comply(shopId: string, requestId: string, stepsOf: StepsOf): Promise<void> {
  const db = forShop(shopId);
  const [request] = await db.tx((tx) =>
    tx.rows<Request>(sql`
      select kind, evidence, due_at - ${LAST_DAY}::interval <= now() as "isLast" from compliance_request
      where shop_id = ${shopId} and id = ${requestId} and done_at is null`),
  );
  if (!request) return;
  const evidence = await act(shopId, requestId, request, stepsOf);
  if (evidence === null) return;
  await db.tx((tx) =>
    tx.run(sql`
      update compliance_request set done_at = now(), evidence = ${JSON.stringify(evidence)}::jsonb
      where shop_id = ${shopId} and id = ${requestId}`),
  );
  log.info({ kind: request.kind, evidence: request.kind === "erase customer" ? evidence : null }, "complied");
}

/** The time before a request is due from which an unclear request to erase a shop is obeyed, as the law asks. */
const LAST_DAY = "1 day";

/** `isLast`: the last day before the request is due has begun. */
type Request = { kind: RequestKind; evidence: Redaction; isLast: boolean };

/** Does the request and returns the evidence. Null: the request cannot be decided yet. */
async function act(
  shopId: string,
  requestId: string,
  { kind, evidence, isLast }: Request,
  stepsOf: StepsOf,
): Promise<object | null> {
  switch (kind) {
    // The merchant downloads the file on the settings page, as long as the ledger names the person.
    case "export customer":
      return forShop(shopId).tx((tx) => findHeld(tx, shopId, evidence.subject));
    case "erase customer":
      return { erased: await redactCustomer(shopId, requestId, evidence, stepsOf) };
    case "erase shop":
      return eraseIfLeft(shopId, requestId, isLast);
  }
}

/**
 * Erases a shop that uninstalled the app. The time of the request is not signed and proves nothing. So the request is ignored
 * only where Shopify accepts the shop's token now, after the request arrived.
 */
async function eraseIfLeft(shopId: string, requestId: string, isLast: boolean): Promise<object | null> {
  const installation = await installationOf(shopId);
  const standing = installation === null ? "left" : await askInstallation(shopId);
  if (standing === "installed") return { ignored: true };
  if (standing === "unclear" && !isLast) return null;
  return (await redactShop(shopId, installation, requestId)) === null ? null : { ignored: false };
}
