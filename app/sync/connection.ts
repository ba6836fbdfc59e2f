// A shop may have several connections to systems other than its platform. Two connections may use the same id for two objects.
import type { Subject } from "../customers/facts/redaction/person.server.ts";
import type { Entities } from "../customers/facts/entities.ts";

/** The connection to the shop's own platform, whose ids are stored as they are. */
export const PLATFORM = "";

/** A connection's name has no colon: otherwise `a:b` with the id `c` and `a` with the id `b:c` would have one stored id. */
export const isConnection = (name: string): boolean => !name.includes(":");

/** The stored id is `{connection}:{id}`, so that versions of two connections are never compared. */
export const idOf = <Id extends string | null>(connection: string, id: Id): Id =>
  id === null || connection === PLATFORM ? id : (`${connection}:${id}` as Id);

/** The entities that a source read from a connection, with their stored ids. */
export function entitiesOf(connection: string, entities: Entities): Entities {
  if (connection === PLATFORM) return entities;
  const own = <Id extends string | null>(id: Id) => idOf(connection, id);
  const { customers, tags, consents, totals, orders, refunds, products, deletions, merges, shops } = entities;
  const ofCustomer = <Row extends { customerId: string }>(row: Row) => ({ ...row, customerId: own(row.customerId) });
  return {
    customers: customers.map((row) => ({
      ...row,
      id: own(row.id),
      ...(row.createdByAppId !== undefined && { createdByAppId: own(row.createdByAppId) }),
    })),
    tags: tags.map(ofCustomer),
    consents: consents.map(ofCustomer),
    totals: totals.map(ofCustomer),
    orders: orders.map((row) => ({
      ...row,
      id: own(row.id),
      customerId: own(row.customerId),
      appId: own(row.appId),
      locationId: own(row.locationId),
      lineItems: row.lineItems.map((line) => ({
        ...line,
        productId: own(line.productId),
        variantId: own(line.variantId),
      })),
    })),
    refunds: refunds.map((row) => ({ ...row, id: own(row.id), orderId: own(row.orderId) })),
    products: products.map((row) => ({ ...row, id: own(row.id) })),
    deletions: deletions.map((row) => ({ ...row, id: own(row.id) })),
    merges: merges.map((row) => ({ ...row, keptId: own(row.keptId), deletedId: own(row.deletedId) })),
    shops,
  };
}

/** The subject of a privacy request, with stored ids. */
export const subjectOf = (connection: string, subject: Subject): Subject => ({
  ...subject,
  customerId: idOf(connection, subject.customerId),
  orderIds: subject.orderIds.map((id) => idOf(connection, id)),
});
