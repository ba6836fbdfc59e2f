import { sql } from "../db.server.ts";
import type { Shop } from "../shop.server.ts";

export type PrivacyRequest = {
  id: string;
  topic: string;
  receivedAt: string;
  dueAt: string;
  doneAt: string | null;
  customerId: string | null;
};

/** What the law asked of this shop, newest first; the evidence of a data request names whom it is about. */
export const listRequests = (shop: Shop): Promise<PrivacyRequest[]> =>
  shop.db.tx((tx) =>
    tx.rows<PrivacyRequest>(sql`
      select id, topic, received_at as "receivedAt", due_at as "dueAt", done_at as "doneAt", evidence ->> 'customerId' as "customerId"
      from compliance_request where shop_id = ${shop.id} order by received_at desc limit 100`),
  );
