// Redacted people are remembered by keyed hashes only, so that a late webhook or a backfill cannot bring them back.
import { sql, type Tx } from "../../../db.server.ts";
import { graveKeys, openGraveKeys } from "../../../grave-key.server.ts";
import { personHashes, type Identity } from "../../../secrets.server.ts";
import type { Shop } from "../../../shop.server.ts";
import type { CustomerRow, Entities, OrderRow } from "../entities.ts";
import type { Person } from "./person.server.ts";
import type { Instant } from "../../../instant.ts";

export async function buryPerson(tx: Tx, shopId: string, person: Person): Promise<void> {
  const keys = await openGraveKeys(tx, shopId);
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

/** The hash of a grave; null where there is none. */
type Find = (value: string | null) => string | null;
type Graves = Record<"customer" | "order", Find> & {
  /** An address may come back with a new person behind it: only what is not younger than the redaction is the old one's. */
  address(row: { email: string | null; phone: string | null }, since: string | null, isTyped: boolean): string | null;
};

const IDENTITIES = ["customer", "order", "email", "phone", "typed_email", "typed_phone"] as const;
type Asked = Record<(typeof IDENTITIES)[number], Set<string>>;

async function openGraves(tx: Tx, shopId: string, asked: Asked): Promise<Graves> {
  const keys = await graveKeys(tx, shopId);
  const hashes = new Map(
    IDENTITIES.flatMap((identity) =>
      [...asked[identity]].map(
        (value) => [`${identity} ${value}`, personHashes(shopId, identity, value, keys)] as const,
      ),
    ),
  );
  const rows = await tx.rows<{ hash: string; at: Instant }>(
    sql`select hash, at from tombstone where shop_id = ${shopId} and hash = any(${[...hashes.values()].flat()}::text[])`,
  );
  const graves = new Map(rows.map(({ hash, at }) => [hash, at]));
  const find = (identity: Identity, value: string | null) =>
    (value === null ? [] : (hashes.get(`${identity} ${value}`) ?? [])).find((hash) => graves.has(hash)) ?? null;
  const findOlder = (identity: Identity, value: string | null, since: string | null) => {
    const hash = find(identity, value);
    const at = hash === null ? undefined : graves.get(hash);
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

function askedOf({ customers, tags, consents, totals, orders, refunds, merges }: Entities): Asked {
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
 * Of customers who come with a buried address, those who are known by more than their id: they are others, whose address it
 * is now.
 */
async function livingAmong(tx: Tx, shopId: string, ids: (string | null)[]): Promise<Set<string>> {
  const asked = [...new Set(ids.flatMap((id) => id ?? []))];
  if (asked.length === 0) return new Set();
  const rows = await tx.rows<{ id: string }>(
    sql`select id from customer where shop_id = ${shopId} and id = any(${asked}::text[])
      and coalesce(updated_at::text, email, phone, first_name, last_name) is not null`,
  );
  return new Set(rows.map(({ id }) => id));
}

/**
 * The same entities without those of redacted people; what is dropped is counted at the grave. A living customer's row is
 * never dropped for its address, nor is the order of one: of that, a buried address is left out.
 */
export async function dropRedacted(shop: Pick<Shop, "id">, tx: Tx, entities: Entities): Promise<Entities> {
  const [any] = await tx.rows<object>(sql`select 1 as one from tombstone where shop_id = ${shop.id} limit 1`);
  if (!any) return entities;
  const { customers, tags, consents, totals, orders, refunds, merges } = entities;
  const graves = await openGraves(tx, shop.id, askedOf(entities));
  const ofCustomer = (row: CustomerRow) => graves.address(row, row.addedAt, false);
  const ofOrder = (row: OrderRow) => graves.address(row, row.createdAt, row.customerId === null);
  const living = await livingAmong(tx, shop.id, [
    ...customers.filter((row) => ofCustomer(row) !== null).map(({ id }) => id),
    ...orders.filter((row) => ofOrder(row) !== null).map(({ customerId }) => customerId),
  ]);
  const dropped = new Map<string, Set<string>>();
  const isKept = (grave: string | null, thing: string) => {
    if (grave !== null) dropped.set(grave, (dropped.get(grave) ?? new Set()).add(thing));
    return grave === null;
  };
  const gone = new Map(
    customers.map((row) => [row.id, graves.customer(row.id) ?? (living.has(row.id) ? null : ofCustomer(row))]),
  );
  const ofLiving = ({ customerId }: { customerId: string }) =>
    isKept(gone.get(customerId) ?? graves.customer(customerId), `customer ${customerId}`);
  const kept = {
    ...entities,
    customers: customers.filter(({ id }) => ofLiving({ customerId: id })),
    tags: tags.filter(ofLiving),
    consents: consents.filter(ofLiving),
    totals: totals.filter(ofLiving),
    orders: orders
      .filter((row) => {
        const byId = graves.order(row.id) ?? graves.customer(row.customerId);
        return isKept(byId ?? (living.has(row.customerId ?? "") ? null : ofOrder(row)), `order ${row.id}`);
      })
      .map((row) => (ofOrder(row) === null ? row : { ...row, email: null, phone: null })),
    refunds: refunds.filter(({ orderId }) => isKept(graves.order(orderId), `order ${orderId}`)),
    merges: merges.filter(({ keptId, deletedId }) =>
      isKept(graves.customer(keptId) ?? graves.customer(deletedId), `merge ${keptId} ${deletedId}`),
    ),
  };
  await countDropped(tx, shop.id, dropped);
  return kept;
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

/** What came of redacted people after their redaction, and was not stored. */
export const readDropped = async (shop: Shop): Promise<Dropped> => {
  const [row] = await shop.db.tx((tx) =>
    tx.rows<Dropped>(sql`
      select coalesce(sum(dropped), 0)::int as count, max(dropped_at) as "lastAt" from tombstone where shop_id = ${shop.id}`),
  );
  return row ?? { count: 0, lastAt: null };
};
