// A customer erased: the person leaves every table, and is remembered by keyed hashes only. In short steps whose progress the
// ledger keeps: cut off at any point, the next run goes on where this one was.
import { forShop, sql, type Tx } from "../../db.server.ts";
import { waitForApply } from "../../customers/facts/apply.server.ts";
import { findPerson, type Person, type Subject } from "../../customers/facts/redaction/person.server.ts";
import { writeTombstones } from "../../customers/facts/redaction/tombstones.server.ts";
import type { RedactionContext, Erased, Step } from "../../customers/facts/redaction/step.server.ts";

/** What the ledger keeps of a redaction until it is done: of whom, how far it came, and rows erased per table. */
export type Redaction = { subject: Subject; person?: Person; step?: string; after?: string; erased?: Erased };

/** What is erased, in this order. */
export type StepsOf = (tx: Tx, context: RedactionContext) => Promise<Step[]>;

/** Rows erased per table. Safe to repeat; `requestId` names the ledger's row, which holds `pending`. */
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
      // First of all, and between two batches: whatever is applied from here on does not bring the person back.
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
  // A step that is not known any more begins anew: what is gone is not found again.
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
