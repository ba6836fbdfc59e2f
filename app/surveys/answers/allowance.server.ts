// Limits the responses that a sender may begin in an hour. A sender is a session token, an IP address, or all unproved visitors of a
// shop. The counts are in the database, so that the limits hold over all web processes.
import { sql, type Tx } from "../../db.server.ts";
import { personHashes } from "../../secrets.server.ts";
import type { Shop } from "../../shop.server.ts";
import type { Respondent } from "./respondent.ts";

/** The limit of a session token. The thank-you page of a token belongs to one order, and asks one or two surveys. */
const PER_TOKEN = 5;
/** The limit of the unproved visitors of an IP address, such as a household or an office. */
const PER_ADDRESS = 30;
/** The limit of all unproved visitors of a shop. */
const PER_SHOP = 2000;
/** A sender's hour starts with the sender's first response. */
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

/** The address of a household: the whole IPv4 address, or the first 64 bits of the IPv6 address. */
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

/** The hash is keyed, so that a reader of the table cannot find an address by trying addresses. */
const hashOf = (shop: Shop, name: string) => personHashes(shop.id, "sender", name)[0];

/** Counts a new response for each of its senders. Returns false if a sender has begun too many. */
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
      // Deletes old senders. Locked rows are skipped: waiting for another transaction's row while holding one's own could deadlock.
      await tx.run(sql`
        delete from survey_allowance where shop_id = ${shop.id} and sender = any(array(
          select sender from survey_allowance where shop_id = ${shop.id} and since < now() - 2 * ${WINDOW}::interval
          for update skip locked))`);
  }
  return true;
}
