// Shoppers to look through the eyes of: some whom the offer is for, and some whom it is not.
import { sql } from "../db.server.ts";
import type { Shop } from "../shop.server.ts";

export type Shopper = {
  id: string;
  firstName: string | null;
  lastName: string | null;
  email: string | null;
  locale: string | null;
  isMember: boolean;
};

const EACH = 5;

export const readShoppers = (shop: Shop, segmentId: string): Promise<Shopper[]> =>
  shop.db.tx((tx) =>
    tx.rows<Shopper>(sql`
      with person as (
        select c.id, c.first_name as "firstName", c.last_name as "lastName", c.email, c.locale, c.last_order_at as seen,
          exists (
            select from membership m where m.shop_id = c.shop_id and m.segment_id = ${segmentId}
              and m.customer_id = c.id and m.left_at is null
          ) as "isMember"
        from customer c where c.shop_id = ${shop.id} and c.deleted_at is null
      )
      (select * from person where "isMember" order by seen desc nulls last, id limit ${EACH})
      union all
      (select * from person where not "isMember" order by seen desc nulls last, id limit ${EACH})`),
  );
