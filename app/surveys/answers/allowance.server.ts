// How many responses one sender may begin: a signed token or an address is good for a few people, not for a thousand. Kept in
// the database, so that it holds over all web processes.
import { sql, type Tx } from "../../db.server.ts";
import { personHashes } from "../../secrets.server.ts";
import type { Shop } from "../../shop.server.ts";
import type { Respondent } from "./respondent.ts";

/** Of a checkout's session token: its page is one order's, and asks a survey or two. */
const PER_TOKEN = 5;
/** Of an address, by visitors who are nobody: a household, an office. */
const PER_ADDRESS = 30;
/** Of all in a shop who prove nothing. */
const PER_SHOP = 2000;
/** A sender's hour begins with the first response. */
const WINDOW = "1 hour";

type Allowance = { name: string; most: number };

function allowancesOf({ token, address, customerId, surface }: Respondent): Allowance[] {
  if (customerId !== null && surface === "storefront") return [];
  const unproven = customerId === null ? [{ name: "anybody", most: PER_SHOP }] : [];
  const named = [
    ...(token ? [{ name: `token ${token}`, most: PER_TOKEN }] : []),
    ...(surface === "storefront" ? [{ name: `address ${blockOf(address ?? "")}`, most: PER_ADDRESS }] : []),
  ];
  return [...named, ...unproven];
}

/** A household has one address of the older kind, and 2^64 of the newer kind. */
function blockOf(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.toLowerCase().split("::");
  const front = head.split(":").filter(Boolean);
  const back = tail === undefined ? [] : tail.split(":").filter(Boolean);
  const middle =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => "0");
  return [...front, ...middle, ...back]
    .slice(0, 4)
    .map((part) => Number.parseInt(part, 16).toString(16))
    .join(":");
}

/** Keyed: whoever only reads the table cannot try out which address it was. */
const hashOf = (shop: Shop, name: string) => personHashes(shop.id, "sender", name)[0];

/** Counts a response that begins. False where one of its senders has begun too many. */
export async function mayBegin(shop: Shop, tx: Tx, who: Respondent): Promise<boolean> {
  for (const { name, most } of allowancesOf(who)) {
    const [row] = await tx.rows<{ begun: number }>(sql`
      insert into survey_allowance as a (shop_id, sender, since, begun) values (${shop.id}, ${hashOf(shop, name)}, now(), 1)
      on conflict (shop_id, sender) do update set
        begun = case when excluded.since - a.since > ${WINDOW}::interval then 1 else least(a.begun + 1, ${most + 1}) end,
        since = case when excluded.since - a.since > ${WINDOW}::interval then excluded.since else a.since end
      returning begun`);
    if ((row?.begun ?? 0) > most) return false;
    if (row?.begun === 1)
      // A sender who begins at this very moment is left alone: who waits for another's row while it holds its own, waits for
      // ever.
      await tx.run(sql`
        delete from survey_allowance where shop_id = ${shop.id} and sender = any(array(
          select sender from survey_allowance where shop_id = ${shop.id} and since < now() - 2 * ${WINDOW}::interval
          for update skip locked))`);
  }
  return true;
}
