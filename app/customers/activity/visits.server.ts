// How many of the storefront's visits were of shoppers who were signed in, as far as the web pixel told.
import { sql } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import { readWithin } from "../../timed-read.server.ts";

const DAYS = 30;
const TIMEOUT_MS = 3000;

/** A visit is a browser and a day. `signedIn`: visits in which the shopper was signed in at some time. */
export type Visits = { all: number; signedIn: number };

/** Of the last 30 days. Null: counting took too long. */
export async function readVisits(shop: Shop, timeoutMs = TIMEOUT_MS): Promise<Visits | null> {
  const since = new Date(shop.now().getTime() - DAYS * 86_400_000);
  const rows = await readWithin(shop, { timeoutMs, what: "list" }, (tx) =>
    tx.rows<Visits>(sql`
      select count(*)::int as all, count(*) filter (where signed_in)::int as "signedIn" from (
        select bool_or(data ->> 'signedIn' = '1') as signed_in from activity
        where shop_id = ${shop.id} and subject = 'storefront' and kind = 'storefront.visited' and at >= ${since}::timestamptz
        group by anonymous_id, at) visit`),
  );
  return rows === null ? null : (rows[0] ?? { all: 0, signedIn: 0 });
}
