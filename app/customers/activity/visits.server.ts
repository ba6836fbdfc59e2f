// How many of the storefront's visits were of shoppers who were signed in, as far as the web pixel told.
import { sql } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";

const DAYS = 30;

/** A visit is a browser and a day. `signedIn`: visits in which the shopper was signed in at some time. */
export type Visits = { all: number; signedIn: number };

/** Of the last 30 days. */
export async function readVisits(shop: Shop): Promise<Visits> {
  const since = new Date(shop.now().getTime() - DAYS * 86_400_000);
  const [visits] = await shop.db.tx((tx) =>
    tx.rows<Visits>(sql`
      select count(*)::int as all, count(*) filter (where signed_in)::int as "signedIn" from (
        select bool_or(data ->> 'signedIn' = '1') as signed_in from activity
        where shop_id = ${shop.id} and subject = 'storefront' and kind = 'storefront.visited' and at >= ${since}::timestamptz
        group by anonymous_id, at) visit`),
  );
  return visits ?? { all: 0, signedIn: 0 };
}
