// Binds a response to the order that its page claimed, once the order has arrived and the claim is proved.
import { empty, sql, type Sql, type Tx } from "../../db.server.ts";
import { counter } from "../../metrics.server.ts";
import type { Shop } from "../../shop.server.ts";

export type Proof = "customer" | "checkout" | "mismatch" | "none";
type Seen = { id: string; proof: Proof; customerId: string | null };

const proofs = counter({
  name: "regulars_survey_claims_total",
  help: "Responses that claimed an order, by what proved it when the order was here",
  labelNames: ["proof"],
});

/**
 * Judges the responses whose claimed order has arrived. A proved customer who is the order's customer proves the claim. So does a
 * checkout token that equals the order's, unless response and order name different customers. Shopify does not document that the two
 * tokens are equal, so mismatches are counted. A response without proof is bound to no order.
 */
export async function prove(shop: Shop, tx: Tx, only: Sql = empty): Promise<Seen[]> {
  const seen = await tx.rows<Seen>(sql`
    with judged as (
      select r.id, o.id as order_id, o.customer_id, case
          when r.customer_id is not null and r.customer_id = o.customer_id then 'customer'
          when r.checkout_token is not null and r.checkout_token = o.checkout_token
            and (r.customer_id is null or o.customer_id is null) then 'checkout'
          when (r.customer_id is not null and o.customer_id is null)
            or (r.customer_id is null and r.checkout_token is not null and o.checkout_token is null) then null
          when r.customer_id is null and r.checkout_token is null then 'none'
          else 'mismatch' end as proof
      from survey_response r join shop_order o on o.shop_id = r.shop_id and o.id = r.order_claim
      where r.shop_id = ${shop.id} and r.order_id is null and r.proof is null and r.order_claim is not null ${only})
    update survey_response r set proof = j.proof,
      order_id = case when j.proof in ('customer', 'checkout') then j.order_id end,
      customer_id = case when j.proof = 'checkout' then coalesce(r.customer_id, j.customer_id) else r.customer_id end
    from judged j where r.shop_id = ${shop.id} and r.id = j.id and j.proof is not null
    returning r.id, r.proof, r.customer_id as "customerId"`);
  for (const { proof } of seen) proofs.labels(proof).inc();
  const bound = seen.filter(({ proof }) => proof === "customer" || proof === "checkout");
  if (bound.length > 0)
    await tx.run(sql`
      update answer a set customer_id = r.customer_id from survey_response r
      where a.shop_id = ${shop.id} and r.shop_id = a.shop_id and r.id = a.response_id
        and r.id = any(${bound.map(({ id }) => id)}) and a.customer_id is distinct from r.customer_id`);
  return bound;
}
