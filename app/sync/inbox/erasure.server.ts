// Redaction erases every webhook whose body mentions the person, also the body of the redaction request itself.
import { mentionsPerson } from "../../customers/facts/redaction/mention.ts";
import type { RedactionContext, StepResult, Step } from "../../customers/facts/redaction/step.server.ts";
import { sql, type Tx } from "../../db.server.ts";
import { erasePacked } from "./pack.server.ts";

/** A step reads at most this many rows and bytes: a body may have megabytes. */
const MAX_ROWS = 500;
const MAX_BYTES = 8 * 1024 * 1024;

type Mentions = (text: string, state: string) => boolean;

export function inboxSteps({ shopId, person }: RedactionContext): Step[] {
  const mentionsAny = mentionsPerson(person);
  const mentionsOwn = mentionsPerson(person, [...person.emails, ...person.phones]);
  // A waiting body that has only an address from an order's form may be about another customer. Such a body is applied, and
  // the person's tombstone decides then.
  const mentions: Mentions = (text, state) => (state === "waiting" ? mentionsOwn : mentionsAny)(text);
  return [
    { name: "bodies", run: (tx, after) => eraseBodies(tx, shopId, mentions, after || "0") },
    {
      name: "packs",
      async run(tx, after) {
        const { rows, last } = await erasePacked(shopId, tx, mentions, after);
        return { erased: { inbox: rows }, after: last };
      },
    },
  ];
}

type BodyRow = { seq: string; state: string; body: Buffer };

async function eraseBodies(tx: Tx, shopId: string, mentions: Mentions, after: string): Promise<StepResult> {
  // Rows whose bodies have MAX_BYTES together, and at least one row.
  const found = await tx.rows<BodyRow>(sql`
    select seq::text, state, body from (
      select seq, state, body, sum(octet_length(body)) over (order by inbox.seq) - octet_length(body) as before from inbox
      where shop_id = ${shopId} and seq > ${after}::bigint and body is not null order by inbox.seq limit ${MAX_ROWS}) part
    where before < ${MAX_BYTES} order by part.seq`);
  const gone = found.filter(({ state, body }) => mentions(body.toString("utf8"), state)).map(({ seq }) => seq);
  const rows = await tx.run(sql`delete from inbox where shop_id = ${shopId} and seq = any(${gone}::bigint[])`);
  return { erased: { inbox: rows }, after: found.at(-1)?.seq ?? null };
}
