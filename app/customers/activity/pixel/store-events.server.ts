// Writes the pixel's events into the table activity, and joins browsers with customers.
import { createHash } from "node:crypto";
import { setLocal, sql, type Tx } from "../../../db.server.ts";
import { dayAt, dayText, startOfDay } from "../../../local-time.ts";
import { enqueue } from "../../../queue.server.ts";
import type { Shop } from "../../../shop.server.ts";
import { countToday, notePixelDrop, notePixelEvents } from "../../../shopify/web-pixel/state.server.ts";
import { activityId, recordActivity, type ActivityRow } from "../activity.server.ts";
import { joinVisitors, noteSeen } from "../visitors.server.ts";
import type { PixelEvent } from "./read-events.ts";

/** An erasure and a merge lock the shop's people for seconds. The caller stores the events later, and other shops' events meanwhile. */
const LOCK_TIMEOUT = "500ms";

/** A shop with 1,000 orders a day makes less than a fifth of this. A flood of a whole day fills 0.2 GB. */
const PER_DAY = 500_000;

/**
 * Stores each event once, however often it comes. Returns how many events were taken, from the first: later events are beyond the
 * shop's limit of a day. Throws at a lock that is held for long.
 */
export const storeEvents = (shop: Shop, events: readonly PixelEvent[]): Promise<number> =>
  shop.db.tx(async (tx) => {
    await setLocal(tx, "lock_timeout", LOCK_TIMEOUT);
    const taken = events.slice(0, Math.max(0, PER_DAY - (await countToday(shop, tx))));
    const rows = taken.map((event) => rowOf(shop, event));
    // Sorted: two transactions that hold the same events lock them in the same order, so that none deadlock.
    const stored = await recordActivity(
      shop,
      tx,
      rows.sort((one, other) => (one.id < other.id ? -1 : 1)),
    );
    await notePixelEvents(shop, tx, stored);
    if (taken.length < events.length) await notePixelDrop(shop, tx);
    if (stored > 0) await handOn(shop, tx, taken);
    return taken.length;
  });

/** Segments follow what known customers saw. */
async function handOn(shop: Shop, tx: Tx, events: readonly PixelEvent[]): Promise<void> {
  const tokens = events.flatMap((event) => (event.kind === "checkout.completed" ? event.token : []));
  const joined = tokens.length > 0 ? await joinVisitors(shop, tx, { tokens }) : [];
  if (tokens.length > 0) await enqueue("pixel.join", { shop: shop.id }, tx);
  const seen = events.flatMap(({ kind, client }) => (kind === "offer.seen" || kind === "offer.clicked" ? client : []));
  const known = await tx.rows<{ id: string }>(sql`
    select distinct customer_id as id from identifier
    where shop_id = ${shop.id} and kind = 'client' and value = any(${[...new Set(seen)]}::text[])`);
  await noteSeen(shop, tx, [...joined, ...known.map(({ id }) => id)]);
}

const ofClient = ({ client }: PixelEvent): ActivityRow["anonymous"] => ({ kind: "client", value: client });

function rowOf(shop: Shop, event: PixelEvent): ActivityRow {
  const common = { kind: event.kind, customerId: null, anonymous: ofClient(event), data: {} };
  const id = activityId(event.at, `pixel/${event.id}`);
  switch (event.kind) {
    case "checkout.completed":
      return { ...common, id, subject: event.token };
    case "storefront.visited":
      return { ...common, ...visitOf(shop, event), subject: "storefront" };
    default:
      return { ...common, id, subject: event.offer };
  }
}

/** A browser's visits of a day are one row, and one more if the shopper was signed in. */
function visitOf(
  shop: Shop,
  { at, client, signedIn }: Extract<PixelEvent, { signedIn: boolean }>,
): Pick<ActivityRow, "id" | "data"> {
  const day = dayAt(at, shop.timeZone);
  const hash = createHash("sha256").update(JSON.stringify([dayText(day), client, signedIn]));
  return {
    id: activityId(startOfDay(day, shop.timeZone), `visit/${hash.digest("hex").slice(0, 40)}`),
    data: { signedIn: signedIn ? 1 : 0 },
  };
}
