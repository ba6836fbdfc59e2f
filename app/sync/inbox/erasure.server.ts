// What a redaction erases of the inbox: every body that speaks of the person, those of the redaction's own request among them.
import { mentionsPerson } from "../../customers/facts/redaction/mention.ts";
import type { RedactionContext, StepResult, Step } from "../../customers/facts/redaction/step.server.ts";
import { sql, type Tx } from "../../db.server.ts";
import { erasePacked } from "./pack.server.ts";

/** A body may have megabytes. */
const BODIES = 500;
const BODY_BYTES = 8 * 1024 * 1024;

type SpeaksIn = (text: string, state: string) => boolean;

export function inboxSteps({ shopId, person }: RedactionContext): Step[] {
  const speaks = mentionsPerson(person);
  const speaksSurely = mentionsPerson(person, [...person.emails, ...person.phones]);
  // A body that waits and has only an address that was typed into an order may be another customer's news: it is applied,
  // and the grave decides.
  const bodySpeaks: SpeaksIn = (text, state) => (state === "waiting" ? speaksSurely : speaks)(text);
  return [
    { name: "bodies", run: (tx, after) => eraseBodies(tx, shopId, bodySpeaks, after || "0") },
    {
      name: "packs",
      async run(tx, after) {
        const { rows, last } = await erasePacked(shopId, tx, bodySpeaks, after);
        return { erased: { inbox: rows }, after: last };
      },
    },
  ];
}

type BodyRow = { seq: string; state: string; body: Buffer };

async function eraseBodies(tx: Tx, shopId: string, speaks: SpeaksIn, after: string): Promise<StepResult> {
  // Whole rows up to a measure of bytes, and one at least.
  const found = await tx.rows<BodyRow>(sql`
    select seq::text, state, body from (
      select seq, state, body, sum(octet_length(body)) over (order by inbox.seq) - octet_length(body) as before from inbox
      where shop_id = ${shopId} and seq > ${after}::bigint and body is not null order by inbox.seq limit ${BODIES}) part
    where before < ${BODY_BYTES} order by part.seq`);
  const gone = found.filter(({ state, body }) => speaks(body.toString("utf8"), state)).map(({ seq }) => seq);
  const rows = await tx.run(sql`delete from inbox where shop_id = ${shopId} and seq = any(${gone}::bigint[])`);
  return { erased: { inbox: rows }, after: found.at(-1)?.seq ?? null };
}
