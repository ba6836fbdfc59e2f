// Redaction erases what sync stores of a person: the evidence of earlier privacy requests, and the bodies of webhooks.
import { mentionsPerson } from "../../customers/facts/redaction/mention.ts";
import type { RedactionContext, StepResult, Erasure } from "../../customers/facts/redaction/step.server.ts";
import { sql, type Tx } from "../../db.server.ts";
import { inboxSteps } from "../inbox/erasure.server.ts";

export const syncErasure: Erasure = {
  domain: "sync",
  tables: [],
  steps: (context) => [{ name: "requests", run: (tx) => forgetRequests(tx, context) }, ...inboxSteps(context)],
};

/** An open request keeps its evidence until the request is done. */
async function forgetRequests(tx: Tx, { shopId, requestId, person }: RedactionContext): Promise<StepResult> {
  const mentions = mentionsPerson(person);
  const requests = await tx.rows<{ id: string; text: string }>(sql`
    select id, evidence::text as text from compliance_request
    where shop_id = ${shopId} and evidence is not null and done_at is not null and id <> ${requestId}`);
  const about = requests.filter(({ text }) => mentions(text)).map(({ id }) => id);
  await tx.run(
    sql`update compliance_request set evidence = null where shop_id = ${shopId} and id = any(${about}::text[])`,
  );
  return { erased: {}, after: null };
}
