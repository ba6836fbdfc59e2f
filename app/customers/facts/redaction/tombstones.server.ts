// The table tombstone: keyed hashes of redacted people's ids and addresses, so that a late webhook or a backfill cannot bring a
// redacted person back.
import { sql, type Tx } from "../../../db.server.ts";
import { lockPeople, sharePeople } from "../people/people-lock.server.ts";
import { tombstoneKeys, openTombstoneKeys } from "../../../tombstone-key.server.ts";
import { personHashes, type Identity } from "../../../secrets.server.ts";
import type { Shop } from "../../../shop.server.ts";
import type { CustomerRow, Entities, OrderRow } from "../entities.ts";
import type { Person } from "./person.server.ts";
import type { Instant } from "../../../instant.ts";

/**
 * Waits for transactions that called `redactedAmong`: the redaction erases their rows, and later transactions find the
 * tombstones.
 */
export async function writeTombstones(tx: Tx, shopId: string, person: Person): Promise<void> {
  await lockPeople(tx, shopId);
  const keys = await openTombstoneKeys(tx, shopId);
  const hashOf = (identity: Identity) => (value: string) => personHashes(shopId, identity, value, keys)[0];
  const hashes = [
    ...person.customerIds.map(hashOf("customer")),
    ...person.orderIds.map(hashOf("order")),
    ...person.emails.map(hashOf("email")),
    ...person.phones.map(hashOf("phone")),
    ...person.typed.emails.map(hashOf("typed_email")),
    ...person.typed.phones.map(hashOf("typed_phone")),
  ];
  await tx.run(sql`
    insert into tombstone (shop_id, hash, at) select ${shopId}, hash, now()
    from unnest(${hashes}::text[]) as hash on conflict (shop_id, hash) do update set at = excluded.at`);
}

type Identified = "customer" | "order";

/** Whether the customer or the order with this id was redacted. The caller shares the people's lock. */
export const hasTombstone = async (
  shop: Pick<Shop, "id">,
  tx: Tx,
  identity: Identified,
  id: string,
): Promise<boolean> => (await withTombstones(shop, tx, identity, [id])).size > 0;

/**
 * Returns the customers or orders that were redacted. Call before writing rows that name a person without the apply lock: until
 * the transaction ends, no redaction begins, so that a later redaction erases these rows too.
 */
export async function redactedAmong(
  shop: Pick<Shop, "id">,
  tx: Tx,
  identity: Identified,
  ids: readonly string[],
): Promise<Set<string>> {
  await sharePeople(tx, shop.id);
  return withTombstones(shop, tx, identity, ids);
}

async function withTombstones(
  shop: Pick<Shop, "id">,
  tx: Tx,
  identity: Identified,
  ids: readonly string[],
): Promise<Set<string>> {
  const keys = await tombstoneKeys(tx, shop.id);
  if (keys.length === 0 || ids.length === 0) return new Set();
  const hashes = ids.map((id) => ({ id, of: personHashes(shop.id, identity, id, keys) }));
  const rows = await tx.rows<{ hash: string }>(sql`
    select hash from tombstone where shop_id = ${shop.id} and hash = any(${hashes.flatMap(({ of }) => of)}::text[])`);
  const held = new Set(rows.map(({ hash }) => hash));
  return new Set(hashes.filter(({ of }) => of.some((hash) => held.has(hash))).map(({ id }) => id));
}

/** Returns the hash of the value's tombstone. Null: the value has no tombstone. */
type Find = (value: string | null) => string | null;
type Tombstones = Record<"customer" | "order", Find> & {
  /** An address may belong to a new person later: a row that was created (`since`) after the redaction has no tombstone. */
  address(row: { email: string | null; phone: string | null }, since: string | null, isTyped: boolean): string | null;
};

const IDENTITIES = ["customer", "order", "email", "phone", "typed_email", "typed_phone"] as const;
type IdentityValues = Record<(typeof IDENTITIES)[number], Set<string>>;

async function findTombstones(tx: Tx, shopId: string, values: IdentityValues): Promise<Tombstones> {
  const keys = await tombstoneKeys(tx, shopId);
  const hashes = new Map(
    IDENTITIES.flatMap((identity) =>
      [...values[identity]].map(
        (value) => [`${identity} ${value}`, personHashes(shopId, identity, value, keys)] as const,
      ),
    ),
  );
  const rows = await tx.rows<{ hash: string; at: Instant }>(
    sql`select hash, at from tombstone where shop_id = ${shopId} and hash = any(${[...hashes.values()].flat()}::text[])`,
  );
  const tombstones = new Map(rows.map(({ hash, at }) => [hash, at]));
  const find = (identity: Identity, value: string | null) =>
    (value === null ? [] : (hashes.get(`${identity} ${value}`) ?? [])).find((hash) => tombstones.has(hash)) ?? null;
  const findOlder = (identity: Identity, value: string | null, since: string | null) => {
    const hash = find(identity, value);
    const at = hash === null ? undefined : tombstones.get(hash);
    return at !== undefined && (since === null || Date.parse(since) <= at.getTime()) ? hash : null;
  };
  return {
    customer: (id) => find("customer", id),
    order: (id) => find("order", id),
    address: ({ email, phone }, since, isTyped) =>
      findOlder("email", email, since) ??
      findOlder("phone", phone, since) ??
      (isTyped ? (findOlder("typed_email", email, since) ?? findOlder("typed_phone", phone, since)) : null),
  };
}

function identityValuesOf({ customers, tags, consents, totals, orders, refunds, merges }: Entities): IdentityValues {
  const filled = (values: (string | null)[]) =>
    new Set(values.filter((value) => value !== null && value !== "") as string[]);
  const emails = [...customers, ...orders].map(({ email }) => email);
  const phones = [...customers, ...orders].map(({ phone }) => phone);
  return {
    customer: filled([
      ...customers.map(({ id }) => id),
      ...[...orders, ...tags, ...consents, ...totals].map(({ customerId }) => customerId),
      ...merges.flatMap(({ keptId, deletedId }) => [keptId, deletedId]),
    ]),
    order: filled([...orders.map(({ id }) => id), ...refunds.map(({ orderId }) => orderId)]),
    email: filled(emails),
    phone: filled(phones),
    typed_email: filled(orders.map(({ email }) => email)),
    typed_phone: filled(orders.map(({ phone }) => phone)),
  };
}

/**
 * Returns the ids of customers who are other people than the redacted person, though their e-mail or phone has a tombstone:
 * customers of whom more than the id is stored.
 */
async function findOtherPeople(tx: Tx, shopId: string, ids: (string | null)[]): Promise<Set<string>> {
  const customerIds = [...new Set(ids.flatMap((id) => id ?? []))];
  if (customerIds.length === 0) return new Set();
  const rows = await tx.rows<{ id: string }>(
    sql`select id from customer where shop_id = ${shopId} and id = any(${customerIds}::text[])
      and coalesce(updated_at::text, email, phone, first_name, last_name) is not null`,
  );
  return new Set(rows.map(({ id }) => id));
}

/** Returns the entities without those of redacted people, and counts the dropped entities at the tombstone. */
export async function dropRedacted(shop: Pick<Shop, "id">, tx: Tx, entities: Entities): Promise<Entities> {
  const { kept, dropped } = await withoutRedacted(shop, tx, entities);
  await countDropped(tx, shop.id, dropped);
  return kept;
}

export async function isAnyoneRedacted(shop: Pick<Shop, "id">, tx: Tx): Promise<boolean> {
  const [any] = await tx.rows<object>(sql`select 1 as one from tombstone where shop_id = ${shop.id} limit 1`);
  return any !== undefined;
}

/** `dropped`: by the hash of a tombstone, what was dropped. */
type Separated = { kept: Entities; dropped: Map<string, Set<string>> };

/**
 * Separates the entities of redacted people. Another customer's row is kept though its e-mail or phone has a tombstone. Another
 * customer's order is kept too, as a copy without that e-mail and phone.
 */
export async function withoutRedacted(shop: Pick<Shop, "id">, tx: Tx, entities: Entities): Promise<Separated> {
  const dropped = new Map<string, Set<string>>();
  if (!(await isAnyoneRedacted(shop, tx))) return { kept: entities, dropped };
  const { customers, tags, consents, totals, orders, refunds, merges } = entities;
  const tombstones = await findTombstones(tx, shop.id, identityValuesOf(entities));
  const ofCustomer = (row: CustomerRow) => tombstones.address(row, row.addedAt, false);
  const ofOrder = (row: OrderRow) => tombstones.address(row, row.createdAt, row.customerId === null);
  const others = await findOtherPeople(tx, shop.id, [
    ...customers.filter((row) => ofCustomer(row) !== null).map(({ id }) => id),
    ...orders.filter((row) => ofOrder(row) !== null).map(({ customerId }) => customerId),
  ]);
  const isKept = (tombstone: string | null, thing: string) => {
    if (tombstone !== null) dropped.set(tombstone, (dropped.get(tombstone) ?? new Set()).add(thing));
    return tombstone === null;
  };
  const gone = new Map(
    customers.map((row) => [row.id, tombstones.customer(row.id) ?? (others.has(row.id) ? null : ofCustomer(row))]),
  );
  const isLiving = ({ customerId }: { customerId: string }) =>
    isKept(gone.get(customerId) ?? tombstones.customer(customerId), `customer ${customerId}`);
  const kept = {
    ...entities,
    customers: customers.filter(({ id }) => isLiving({ customerId: id })),
    tags: tags.filter(isLiving),
    consents: consents.filter(isLiving),
    totals: totals.filter(isLiving),
    orders: orders
      .filter((row) => {
        const byId = tombstones.order(row.id) ?? tombstones.customer(row.customerId);
        return isKept(byId ?? (others.has(row.customerId ?? "") ? null : ofOrder(row)), `order ${row.id}`);
      })
      .map((row) => (ofOrder(row) === null ? row : { ...row, email: null, phone: null })),
    refunds: refunds.filter(({ orderId }) => isKept(tombstones.order(orderId), `order ${orderId}`)),
    merges: merges.filter(({ keptId, deletedId }) =>
      isKept(tombstones.customer(keptId) ?? tombstones.customer(deletedId), `merge ${keptId} ${deletedId}`),
    ),
  };
  return { kept, dropped };
}

async function countDropped(tx: Tx, shopId: string, dropped: Map<string, Set<string>>): Promise<void> {
  if (dropped.size === 0) return;
  const things = [...dropped.values()].map(({ size }) => size);
  await tx.run(sql`
    update tombstone t set dropped = t.dropped + d.things, dropped_at = now()
    from unnest(${[...dropped.keys()]}::text[], ${things}::int[]) as d (hash, things)
    where t.shop_id = ${shopId} and t.hash = d.hash`);
}

export type Dropped = { count: number; lastAt: Instant | null };

/** How many entities of redacted people came after the redaction and were dropped, and when the last of them came. */
export const readDropped = async (shop: Shop): Promise<Dropped> => {
  const [row] = await shop.db.tx((tx) =>
    tx.rows<Dropped>(sql`
      select coalesce(sum(dropped), 0)::int as count, max(dropped_at) as "lastAt" from tombstone where shop_id = ${shop.id}`),
  );
  return row ?? { count: 0, lastAt: null };
};
