// A respondent as the shop now knows the respondent: a merged customer becomes the kept customer, and a redacted customer becomes
// unknown.
import { presentCustomer } from "../../customers/facts/redaction/present-customer.server.ts";
import { sharePeople } from "../../customers/facts/people/people-lock.server.ts";
import { hasTombstone } from "../../customers/facts/redaction/tombstones.server.ts";
import type { Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import type { Respondent } from "./respondent.ts";

/** Nothing of the result names a redacted customer or a redacted customer's order. */
export async function presentRespondent(shop: Shop, tx: Tx, who: Respondent): Promise<Respondent> {
  if (who.customerId === null && who.orderClaim === null) return who;
  await sharePeople(tx, shop.id);
  const customerId = who.customerId === null ? null : await presentCustomer(shop, tx, who.customerId);
  const isRedacted =
    (who.customerId !== null && customerId === null) ||
    (who.orderClaim !== null && (await hasTombstone(shop, tx, "order", who.orderClaim)));
  return isRedacted ? { ...who, customerId: null, orderClaim: null, checkoutToken: null } : { ...who, customerId };
}
