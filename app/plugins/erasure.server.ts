// Redaction of plugins' records: erases records whose customer_id is the person's, and records whose key or data mentions the person.
import { mentionsPerson, type Mentions } from "../customers/facts/redaction/mention.ts";
import {
  eraseStep,
  lastOf,
  ofCustomer,
  ROWS,
  type StepResult,
  type Erasure,
} from "../customers/facts/redaction/step.server.ts";
import { sql, type Tx } from "../db.server.ts";

export const pluginsErasure: Erasure = {
  domain: "plugins",
  tables: ["plugin_record"],
  steps(context) {
    const mentions = mentionsPerson(context.person);
    return [
      eraseStep(context, "plugin_record", ofCustomer(context)),
      { name: "records that speak", run: (tx, after) => eraseRecords(tx, context.shopId, mentions, after) },
    ];
  },
};

type RecordRow = { plugin: string; kind: string; key: string; text: string };

async function eraseRecords(tx: Tx, shopId: string, mentions: Mentions, after: string): Promise<StepResult> {
  const [plugin = "", kind = "", key = ""] = after === "" ? [] : (JSON.parse(after) as string[]);
  const records = await tx.rows<RecordRow>(sql`
    select plugin, kind, key, concat_ws(' ', key, data) as text from plugin_record
    where shop_id = ${shopId} and (plugin, kind, key) > (${plugin}, ${kind}, ${key}) order by plugin, kind, key limit ${ROWS}`);
  const gone = records.filter(({ text }) => mentions(text));
  const rows = await tx.run(sql`
    delete from plugin_record r using unnest(${gone.map((row) => row.plugin)}::text[], ${gone.map((row) => row.kind)}::text[],
      ${gone.map((row) => row.key)}::text[]) as gone (plugin, kind, key)
    where r.shop_id = ${shopId} and (r.plugin, r.kind, r.key) = (gone.plugin, gone.kind, gone.key)`);
  return {
    erased: { plugin_record: rows },
    after: lastOf(records, (row) => JSON.stringify([row.plugin, row.kind, row.key])),
  };
}
