// Erases a person from every table; only keyed hashes of the person remain. Erases in short steps and records the progress in the
// ledger, so that after an interruption the next run continues.
import { forShop, sql, type Tx } from "../../db.server.ts";
import { waitForApply } from "../../customers/facts/apply.server.ts";
import { findPerson, type Person, type Subject } from "../../customers/facts/redaction/person.server.ts";
import { writeTombstones } from "../../customers/facts/redaction/tombstones.server.ts";
import type { RedactionContext, Erased, Step } from "../../customers/facts/redaction/step.server.ts";

/** The ledger's record of an open redaction: the person, the progress, and the erased rows by table. */
export type Redaction = { subject: Subject; person?: Person; step?: string; after?: string; erased?: Erased };

/** The steps of a redaction, in their order. */
export type StepsOf = (tx: Tx, context: RedactionContext) => Promise<Step[]>;

/** Returns the erased rows by table. Safe to repeat. `requestId`: the ledger's row, whose evidence is `pending`. */
export async function redactCustomer(
  shopId: string,
  requestId: string,
  pending: Redaction,
  stepsOf: StepsOf,
): Promise<Erased> {
  const db = forShop(shopId);
  const save = (tx: Tx, redaction: Redaction) =>
    tx.run(sql`
      update compliance_request set evidence = ${JSON.stringify(redaction)}::jsonb
      where shop_id = ${shopId} and id = ${requestId} and done_at is null`);
  const { person, steps } = await db.tx(async (tx) => {
    if (!pending.person) await waitForApply({ id: shopId }, tx);
    const found = pending.person ?? (await findPerson(tx, shopId, pending.subject));
    if (!pending.person) {
      // The tombstones come first and between two batches: no webhook that is applied later brings the person back.
      await writeTombstones(tx, shopId, found);
      await save(tx, { subject: pending.subject, person: found });
    }
    return { person: found, steps: await stepsOf(tx, { shopId, requestId, person: found }) };
  });
  let erased = pending.erased ?? {};
  const runStep = async (step: Step, from: string) => {
    for (let after: string | null = from; after !== null;) {
      const at: string = after;
      after = await db.tx(async (tx) => {
        const done = await step.run(tx, at);
        const sums = add(erased, done.erased);
        await save(tx, { subject: pending.subject, person, step: step.name, after: done.after ?? at, erased: sums });
        erased = sums;
        return done.after;
      });
    }
  };
  // Where the recorded step no longer exists, all steps run again: rows that are erased are not found again.
  const begun = Math.max(
    0,
    steps.findIndex(({ name }) => name === pending.step),
  );
  for (const step of steps.slice(begun)) await runStep(step, step.name === pending.step ? (pending.after ?? "") : "");
  return erased;
}

function add(sums: Erased, more: Erased): Erased {
  const all = { ...sums };
  for (const [table, rows] of Object.entries(more)) if (rows > 0) all[table] = (all[table] ?? 0) + rows;
  return all;
}
