// Redacted people are remembered by keyed hashes only, so that a late webhook or a backfill cannot bring them back.
import { sql, type Tx } from "../../db.server.ts";
import { personHashes, type Identity } from "../../secrets.server.ts";
import type { Shop } from "../../shop.server.ts";
import type { Entities } from "../apply/entities.ts";

export type Buried = { customerIds: string[]; orderIds: string[]; emails: string[]; phones: string[] };

export async function buryPerson(tx: Tx, shopId: string, buried: Buried, at: Date): Promise<void> {
  const hashOf = (identity: Identity) => (value: string) => personHashes(shopId, identity, value)[0];
  const hashes = [
    ...buried.customerIds.map(hashOf("customer")),
    ...buried.orderIds.map(hashOf("order")),
    ...buried.emails.map(hashOf("email")),
    ...buried.phones.map(hashOf("phone")),
  ];
  await tx.run(sql`
    insert into tombstone (shop_id, hash, at) select ${shopId}, hash, ${at}::timestamptz
    from unnest(${hashes}::text[]) as hash on conflict (shop_id, hash) do update set at = excluded.at`);
}

type Graves = {
  /** An id is never used again: what was buried stays buried. */
  id(identity: "customer" | "order", value: string | null): boolean;
  /** An address may come back with a new person behind it: only what is not younger than the redaction is hers. */
  address(identity: "email" | "phone", value: string | null, since: string | null): boolean;
};

async function openGraves(tx: Tx, shopId: string, asked: [Identity, string][]): Promise<Graves> {
  const hashes = new Map(
    asked.map(([identity, value]) => [`${identity} ${value}`, personHashes(shopId, identity, value)]),
  );
  const rows = await tx.rows<{ hash: string; at: Date }>(
    sql`select hash, at from tombstone where shop_id = ${shopId} and hash = any(${[...hashes.values()].flat()}::text[])`,
  );
  const graves = new Map(rows.map(({ hash, at }) => [hash, at]));
  const find = (identity: Identity, value: string | null) => {
    const own = value === null ? [] : (hashes.get(`${identity} ${value}`) ?? []);
    return own.map((hash) => graves.get(hash)).find((at) => at !== undefined);
  };
  return {
    id: (identity, value) => find(identity, value) !== undefined,
    address(identity, value, since) {
      const at = find(identity, value);
      return at !== undefined && (since === null || Date.parse(since) <= at.getTime());
    },
  };
}

/** The same entities without those of redacted people. */
export async function dropRedacted(shop: Pick<Shop, "id">, tx: Tx, entities: Entities): Promise<Entities> {
  const [any] = await tx.rows<object>(sql`select 1 as one from tombstone where shop_id = ${shop.id} limit 1`);
  if (!any) return entities;
  const { customers, tags, consents, totals, orders, refunds, merges } = entities;
  const asked = new Map<string, [Identity, string]>();
  const ask = (identity: Identity, value: string | null) => {
    if (value) asked.set(`${identity} ${value}`, [identity, value]);
  };
  for (const { id, email, phone } of customers) {
    ask("customer", id);
    ask("email", email);
    ask("phone", phone);
  }
  for (const { id, customerId, email, phone } of orders) {
    ask("order", id);
    ask("customer", customerId);
    ask("email", email);
    ask("phone", phone);
  }
  for (const { customerId } of [...tags, ...consents, ...totals]) ask("customer", customerId);
  for (const { orderId } of refunds) ask("order", orderId);
  for (const { keptId, deletedId } of merges) {
    ask("customer", keptId);
    ask("customer", deletedId);
  }
  const buried = await openGraves(tx, shop.id, [...asked.values()]);
  const isHers = (one: { email: string | null; phone: string | null }, since: string | null) =>
    buried.address("email", one.email, since) || buried.address("phone", one.phone, since);
  const ofLiving = ({ customerId }: { customerId: string }) => !buried.id("customer", customerId);
  return {
    ...entities,
    customers: customers.filter((row) => !buried.id("customer", row.id) && !isHers(row, row.addedAt)),
    tags: tags.filter(ofLiving),
    consents: consents.filter(ofLiving),
    totals: totals.filter(ofLiving),
    orders: orders.filter(
      (row) => !buried.id("order", row.id) && !buried.id("customer", row.customerId) && !isHers(row, row.createdAt),
    ),
    refunds: refunds.filter(({ orderId }) => !buried.id("order", orderId)),
    merges: merges.filter(
      ({ keptId, deletedId }) => !buried.id("customer", keptId) && !buried.id("customer", deletedId),
    ),
  };
}
