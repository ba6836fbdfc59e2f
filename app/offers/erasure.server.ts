// Redaction of offers: erases what was published to the person, and the person's place in audiences.
import {
  eraseStep,
  ofCustomer,
  type RedactionContext,
  type StepResult,
  type Erasure,
} from "../customers/facts/redaction/step.server.ts";
import { sql, type Tx } from "../db.server.ts";

export const offersErasure: Erasure = {
  domain: "offers",
  tables: ["publication"],
  steps: (context) => [
    eraseStep(context, "publication", ofCustomer(context)),
    { name: "audiences", run: (tx) => leaveAudiences(tx, context) },
  ],
};

async function leaveAudiences(tx: Tx, { shopId, person: { customerIds } }: RedactionContext): Promise<StepResult> {
  await tx.run(sql`
    update audience set customer_ids = array(select c from unnest(customer_ids) c where c <> all(${customerIds}::text[]))
    where shop_id = ${shopId} and customer_ids && ${customerIds}::text[]`);
  return { erased: {}, after: null };
}
