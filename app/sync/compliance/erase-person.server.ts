// A person's rows and every text that speaks of the person, table by table in steps of a transaction each.
import { sql, type Sql, type Tx } from "../../db.server.ts";
import { erasePacked } from "../inbox/pack.server.ts";
import { eraseFrom, tablesWith } from "../../catalogue.server.ts";
import { addressPattern, mentionOf } from "./mention.ts";
import type { Person } from "../../customers/facts/person.server.ts";

/** Rows erased per table: what the ledger keeps as evidence. */
export type Erased = Record<string, number>;

/** Where the step goes on from; null: it is done. */
type Done = { erased: Erased; after: string | null };
export type Step = { name: string; run(tx: Tx, after: string): Promise<Done> };

export type Around = { shopId: string; requestId: string; person: Person };

const ROWS = 1000;
/** A body may have megabytes. */
const BODIES = 500;
const BODY_BYTES = 8 * 1024 * 1024;

/** In an order in which each finds what it needs of the others' tables. */
export async function eraseSteps(tx: Tx, around: Around): Promise<Step[]> {
  const { customerIds, orderIds } = around.person;
  const ofCustomer = sql`customer_id = any(${customerIds}::text[])`;
  const ofOrders = sql`order_id = any(${orderIds}::text[])`;
  const rowsOf = (table: string, where: Sql, name = table): Step => ({
    name,
    async run(within) {
      const rows = await eraseFrom(within, table, sql`shop_id = ${around.shopId} and ${where}`, ROWS);
      return { erased: { [table]: rows }, after: rows < ROWS ? null : "" };
    },
  });
  const tables = (await tablesWith(tx, "customer_id")).filter((table) => table !== "membership");
  return [
    // A visitor who turned out to be the person was the person all along.
    rowsOf(
      "event",
      sql`customer_id is null and anonymous_id in (
        select anonymous_id from event where shop_id = ${around.shopId} and ${ofCustomer})`,
      "visits",
    ),
    { name: "membership", run: (within) => eraseMemberships(within, around) },
    rowsOf("line_item", ofOrders, "line items of orders"),
    rowsOf("refund", ofOrders),
    rowsOf("shop_order", sql`id = any(${orderIds}::text[])`, "orders"),
    { name: "responses", run: (within) => eraseResponses(within, around) },
    ...tables.map((table) => rowsOf(table, ofCustomer)),
    rowsOf("customer", sql`id = any(${customerIds}::text[])`),
    { name: "audiences", run: (within) => leaveAudiences(within, around) },
    ...mentionSteps(around),
  ];
}

async function eraseMemberships(tx: Tx, { shopId, person }: Around): Promise<Done> {
  const gone = await tx.rows<{ segment: string; open: number; all: number }>(sql`
    with gone as (delete from membership where shop_id = ${shopId} and customer_id = any(${person.customerIds}::text[])
      returning segment_id, left_at)
    select segment_id as segment, (count(*) filter (where left_at is null))::int as open, count(*)::int as all
    from gone group by segment_id`);
  await tx.run(sql`
    update segment s set member_count = greatest(0, s.member_count - gone.open)
    from unnest(${gone.map(({ segment }) => segment)}::text[], ${gone.map(({ open }) => open)}::int[]) as gone (id, open)
    where s.shop_id = ${shopId} and s.id = gone.id`);
  return { erased: { membership: gone.reduce((sum, row) => sum + row.all, 0) }, after: null };
}

async function eraseResponses(tx: Tx, { shopId, person }: Around): Promise<Done> {
  const { customerIds, orderIds } = person;
  const responses = await tx.rows<{ id: string }>(sql`
    delete from survey_response where shop_id = ${shopId} and id = any(array(
      select id from survey_response where shop_id = ${shopId} and (customer_id = any(${customerIds}::text[])
        or order_id = any(${orderIds}::text[]) or order_claim = any(${orderIds}::text[])) limit ${ROWS})) returning id`);
  const answers = await tx.run(
    sql`delete from answer where shop_id = ${shopId} and response_id = any(${responses.map(({ id }) => id)}::text[])`,
  );
  return { erased: { survey_response: responses.length, answer: answers }, after: responses.length < ROWS ? null : "" };
}

async function leaveAudiences(tx: Tx, { shopId, person: { customerIds } }: Around): Promise<Done> {
  await tx.run(sql`
    update audience set customer_ids = array(select c from unnest(customer_ids) c where c <> all(${customerIds}::text[]))
    where shop_id = ${shopId} and customer_ids && ${customerIds}::text[]`);
  return { erased: {}, after: null };
}

/** Texts of ours that are not the person's by a column and speak of the person all the same. */
function mentionSteps({ shopId, requestId, person }: Around): Step[] {
  const { customerIds, orderIds, emails, phones, typed } = person;
  const ids = [...customerIds, ...orderIds];
  const own = [...emails, ...phones];
  const addresses = [...own, ...typed.emails, ...typed.phones];
  const speaks = mentionOf({ ids, addresses });
  const speaksSurely = mentionOf({ ids, addresses: own });
  // A body that waits and has only an address that was typed into an order may be another customer's news: it is applied,
  // and the grave decides.
  const bodySpeaks: SpeaksIn = (text, state) => (state === "waiting" ? speaksSurely : speaks)(text);
  return [
    { name: "events that speak", run: (tx, after) => eraseEvents(tx, shopId, speaks, after) },
    { name: "records that speak", run: (tx, after) => eraseRecords(tx, shopId, speaks, after) },
    { name: "answers that speak", run: (tx, after) => cleanAnswers(tx, shopId, addresses, after) },
    { name: "requests", run: (tx) => forgetRequests(tx, shopId, requestId, speaks) },
    // Bodies, those of this very request among them.
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

type Speaks = (text: string) => boolean;
type SpeaksIn = (text: string, state: string) => boolean;

const lastOf = <Row>(rows: readonly Row[], most: number, key: (row: Row) => string): string | null => {
  const last = rows.at(-1);
  return last === undefined || rows.length < most ? null : key(last);
};

async function eraseEvents(tx: Tx, shopId: string, speaks: Speaks, after: string): Promise<Done> {
  const events = await tx.rows<{ id: string; text: string }>(sql`
    select id, concat_ws(' ', id, anonymous_id, data) as text from event
    where shop_id = ${shopId} and id > ${after} order by id limit ${ROWS}`);
  const gone = events.filter(({ text }) => speaks(text)).map(({ id }) => id);
  const rows = await tx.run(sql`delete from event where shop_id = ${shopId} and id = any(${gone}::text[])`);
  return { erased: { event: rows }, after: lastOf(events, ROWS, ({ id }) => id) };
}

type RecordRow = { plugin: string; kind: string; key: string; text: string };

async function eraseRecords(tx: Tx, shopId: string, speaks: Speaks, after: string): Promise<Done> {
  const [plugin = "", kind = "", key = ""] = after === "" ? [] : (JSON.parse(after) as string[]);
  const records = await tx.rows<RecordRow>(sql`
    select plugin, kind, key, concat_ws(' ', key, data) as text from plugin_record
    where shop_id = ${shopId} and (plugin, kind, key) > (${plugin}, ${kind}, ${key}) order by plugin, kind, key limit ${ROWS}`);
  const gone = records.filter(({ text }) => speaks(text));
  const rows = await tx.run(sql`
    delete from plugin_record r using unnest(${gone.map((row) => row.plugin)}::text[], ${gone.map((row) => row.kind)}::text[],
      ${gone.map((row) => row.key)}::text[]) as gone (plugin, kind, key)
    where r.shop_id = ${shopId} and (r.plugin, r.kind, r.key) = (gone.plugin, gone.kind, gone.key)`);
  return {
    erased: { plugin_record: rows },
    after: lastOf(records, ROWS, (row) => JSON.stringify([row.plugin, row.kind, row.key])),
  };
}

type AnswerRow = { id: string; question: string; position: number; text: string };

/** What others wrote stays theirs: only the person's addresses leave it. */
async function cleanAnswers(tx: Tx, shopId: string, addresses: string[], after: string): Promise<Done> {
  const answers = await tx.rows<AnswerRow>(sql`
    select response_id as id, question, position, value_text as text from answer
    where shop_id = ${shopId} and response_id in (
      select id from survey_response where shop_id = ${shopId} and id > ${after} order by id limit ${ROWS})`);
  const patterns = addresses.map(addressPattern);
  for (const { id, question, position, text } of answers) {
    const clean = patterns.reduce((cleaned, pattern) => cleaned.replaceAll(pattern, "[removed]"), text);
    if (clean === text) continue;
    await tx.run(sql`
      update answer set value_text = ${clean}
      where shop_id = ${shopId} and response_id = ${id} and question = ${question} and position = ${position}`);
  }
  const [last] = await tx.rows<{ id: string | null; count: number }>(sql`
    select max(id) as id, count(*)::int as count from (
      select id from survey_response where shop_id = ${shopId} and id > ${after} order by id limit ${ROWS}) seen`);
  return { erased: {}, after: last?.count === ROWS ? last.id : null };
}

/** Requests that are still to be done go on naming the person until they are. */
async function forgetRequests(tx: Tx, shopId: string, requestId: string, speaks: Speaks): Promise<Done> {
  const requests = await tx.rows<{ id: string; text: string }>(sql`
    select id, evidence::text as text from compliance_request
    where shop_id = ${shopId} and evidence is not null and done_at is not null and id <> ${requestId}`);
  const about = requests.filter(({ text }) => speaks(text)).map(({ id }) => id);
  await tx.run(
    sql`update compliance_request set evidence = null where shop_id = ${shopId} and id = any(${about}::text[])`,
  );
  return { erased: {}, after: null };
}

type BodyRow = { seq: string; state: string; body: Buffer };

async function eraseBodies(tx: Tx, shopId: string, speaks: SpeaksIn, after: string): Promise<Done> {
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
