// The ledger of what the law asks: filed when it arrives, done within 30 days, kept with its evidence.
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
  /** One of the source's own. */
  topic: string;
  /** One of the source's own in this shop. */
  connection: string;
  /** The inbox key: a delivery that comes again is the same request. */
  key: string;
  receivedAt: Instant;
  body: Buffer;
};

export type Filed = { ok: true } | { ok: false; reason: "malformed" | "contradicts_shop" };

/** What of a source a request needs. */
type From = Pick<Reader, "name" | "requests">;

const NOBODY: Subject = { customerId: null, email: null, phone: null, orderIds: [] };

/**
 * Files the request within the caller's transaction and leaves a job for it. Works for a shop that has left, without a
 * session. The shop's name in the delivery's header is not signed: a body that names another is refused.
 */
export async function fileRequest(
  shopId: string,
  tx: Tx,
  { name, requests }: From,
  { topic, connection, key, receivedAt, body }: ComplianceArrival,
): Promise<Filed> {
  const kind = requests.kindOf(topic);
  const asked = kind && requests.read(body);
  if (!asked) return { ok: false, reason: "malformed" };
  const [shop] = await tx.rows<{ platformId: string | null }>(
    sql`select platform_id as "platformId" from shop where id = ${shopId}`,
  );
  const other = shop?.platformId && asked.platformId && shop.platformId !== asked.platformId;
  if (asked.shopId !== shopId || other) return { ok: false, reason: "contradicts_shop" };
  const due = new Date(receivedAt.getTime() + DAYS_TO_ANSWER * 86_400_000);
  const pending: Redaction = { subject: kind === "erase shop" ? NOBODY : subjectOf(connection, asked.subject) };
  const id = [kind, name, ...(connection === PLATFORM ? [] : [connection]), key].join(" ");
  await tx.run(sql`
    insert into compliance_request (shop_id, id, kind, received_at, due_at, evidence)
    values (${shopId}, ${id}, ${kind}, ${receivedAt}::timestamptz, ${due}::timestamptz, ${JSON.stringify(pending)}::jsonb)
    on conflict do nothing`);
  await enqueue("sync.comply", { shop: shopId, request: id }, tx);
  return { ok: true };
}

/**
 * Shopify asks to erase a shop 48 hours after an uninstall, and the law gives 30 days from then. When both are over, a shop
 * that left is erased although no request was heard.
 */
const UNHEARD_DAYS = 32;

/** Ids of those that are filed and not done; one of our own among them where Shopify's was never heard. */
export async function openRequests(shopId: string): Promise<string[]> {
  await forShop(shopId).tx((tx) =>
    tx.run(sql`
      insert into compliance_request (shop_id, id, kind, received_at, due_at, evidence)
      select id, 'erase shop unheard ' || extract(epoch from uninstalled_at)::bigint, 'erase shop', now(),
        now() + make_interval(days => ${DAYS_TO_ANSWER}), ${JSON.stringify({ subject: NOBODY })}::jsonb from shop
      where id = ${shopId} and uninstalled_at < now() - make_interval(days => ${UNHEARD_DAYS})
      on conflict do nothing`),
  );
  const rows = await forShop(shopId).tx((tx) =>
    tx.rows<{ id: string }>(
      sql`select id from compliance_request where shop_id = ${shopId} and done_at is null order by due_at`,
    ),
  );
  return rows.map(({ id }) => id);
}

/** When a shop that left is to be erased although no request was heard. */
export async function nextRequestDue({ id, db }: Pick<Shop, "id" | "db">): Promise<Instant | null> {
  const [row] = await db.tx((tx) =>
    tx.rows<{ at: Instant | null }>(
      sql`select uninstalled_at + make_interval(days => ${UNHEARD_DAYS}) as at from shop where id = ${id}`,
    ),
  );
  return row?.at ?? null;
}

/**
 * The job: does what a filed request asks. Safe to repeat; a request that is done, or whose shop is gone, is nothing. One
 * that cannot be decided yet stays open: the clock leaves another job for it. `stepsOf`: what a redaction erases.
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

/** What is still unclear then is decided as the law asks: for erasing. */
const LAST_DAY = "1 day";

/** `isLast`: the last day before the law's term ends has begun. */
type Request = { kind: RequestKind; evidence: Redaction; isLast: boolean };

/** The evidence of what was done; null: not yet. */
async function act(
  shopId: string,
  requestId: string,
  { kind, evidence, isLast }: Request,
  stepsOf: StepsOf,
): Promise<object | null> {
  switch (kind) {
    // The merchant fetches the file from the settings, as long as the ledger names whom it is about.
    case "export customer":
      return forShop(shopId).tx((tx) => findHeld(tx, shopId, evidence.subject));
    case "erase customer":
      return { erased: await redactCustomer(shopId, requestId, evidence, stepsOf) };
    case "erase shop":
      return leave(shopId, requestId, isLast);
  }
}

/**
 * Its times are not signed, so that they prove nothing: it is ignored only where Shopify answers the shop's own token
 * after the request arrived.
 */
async function leave(shopId: string, requestId: string, isLast: boolean): Promise<object | null> {
  const installation = await installationOf(shopId);
  const standing = installation === null ? "left" : await askInstallation(shopId);
  if (standing === "installed") return { ignored: true };
  if (standing === "unclear" && !isLast) return null;
  return (await redactShop(shopId, installation, requestId)) === null ? null : { ignored: false };
}
