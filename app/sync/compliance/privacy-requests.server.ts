import { sql } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import { exportHeld, type HeldData } from "./export.server.ts";
import { isNothing, type Held } from "./held.server.ts";
import type { RequestKind } from "./request.ts";
import type { Instant } from "../../instant.ts";

export type PrivacyRequest = {
  id: string;
  kind: RequestKind;
  receivedAt: Instant;
  dueAt: Instant;
  doneAt: Instant | null;
  /** When the merchant noted that the copy was sent to the customer. */
  sentAt: Instant | null;
  /** The customers whom a data request is about and of whom the app stores data. */
  people: { id: string; firstName: string | null; lastName: string | null; email: string | null }[];
  /** The merchant can download the data and send them to the customer. */
  hasFile: boolean;
};

type Row = Omit<PrivacyRequest, "hasFile"> & { orders: number };

/** The shop's last 100 privacy requests, newest first. */
export const listRequests = (shop: Shop): Promise<PrivacyRequest[]> =>
  shop.db.tx(async (tx) => {
    const rows = await tx.rows<Row>(sql`
      select r.id, r.kind, r.received_at as "receivedAt", r.due_at as "dueAt", r.done_at as "doneAt", r.sent_at as "sentAt",
        jsonb_array_length(coalesce(r.evidence -> 'orderIds', '[]')) as orders,
        (select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'firstName', c.first_name, 'lastName', c.last_name,
            'email', c.email) order by c.id), '[]')
          from customer c where c.shop_id = r.shop_id and r.kind = 'export customer'
            and c.id in (select jsonb_array_elements_text(coalesce(r.evidence -> 'customerIds', '[]')))) as people
      from compliance_request r where r.shop_id = ${shop.id} order by r.received_at desc limit 100`);
    return rows.map(({ orders, ...row }) => ({
      ...row,
      hasFile: row.kind === "export customer" && row.doneAt !== null && row.people.length + orders > 0,
    }));
  });

/** All stored data of the person whom the request is about. Null where the request is not an answered data request, or no data are stored. */
export async function readHeldData(shop: Shop, requestId: string): Promise<HeldData | null> {
  const [request] = await shop.db.tx((tx) =>
    tx.rows<{ held: Partial<Held> | null }>(sql`
      select evidence as held from compliance_request
      where shop_id = ${shop.id} and id = ${requestId} and kind = 'export customer' and done_at is not null`),
  );
  const held = { customerIds: request?.held?.customerIds ?? [], orderIds: request?.held?.orderIds ?? [] };
  return isNothing(held) ? null : exportHeld(shop, held);
}

/** Notes that the copy was sent to the customer, or takes the note back. The copy must have been made. */
export const markSent = (shop: Shop, requestId: string, isSent: boolean): Promise<number> =>
  shop.db.tx((tx) =>
    tx.run(sql`
      update compliance_request set sent_at = case when ${isSent} then coalesce(sent_at, ${shop.now()}::timestamptz) end
      where shop_id = ${shop.id} and id = ${requestId} and kind = 'export customer' and done_at is not null`),
  );
