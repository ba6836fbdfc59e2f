// customers/redact: the person leaves every table, and is remembered by keyed hashes only. Safe to repeat.
import { forShop, sql, type Tx } from "../../db.server.ts";
import { erasePacked } from "../inbox/pack.server.ts";
import { tableName, tablesWith } from "./catalogue.server.ts";
import { addressPattern, mentionOf, type Mention } from "./mention.ts";
import type { Subject } from "./request.ts";
import { buryPerson } from "./tombstone.server.ts";

/** Rows erased per table: what the ledger keeps as evidence. */
export type Erased = Record<string, number>;

type Person = { customerIds: string[]; orderIds: string[]; emails: string[]; phones: string[]; mention: Mention };

const ROWS_AT_ONCE = 500;

export async function redactCustomer(shopId: string, asked: Subject, at: Date): Promise<Erased> {
  const db = forShop(shopId);
  const erased: Erased = {};
  const count = (table: string, rows: number) => {
    if (rows > 0) erased[table] = (erased[table] ?? 0) + rows;
  };
  const person = await db.tx(async (tx) => {
    const found = await findPerson(tx, shopId, asked);
    // First of all: whatever is applied from here on does not bring her back.
    await buryPerson(tx, shopId, found, at);
    await eraseRows(tx, shopId, found, count);
    await eraseMentions(tx, shopId, found, count);
    return found;
  });
  // Bodies that mention her, those of this very request among them. A batch at a time: the inbox goes on being filled.
  for (let after = "0"; ;) {
    const { rows, last } = await db.tx((tx) => eraseBodies(tx, shopId, person.mention, after));
    count("inbox", rows);
    if (last === null) break;
    after = last;
  }
  for (let after = ""; ;) {
    const { rows, last } = await db.tx((tx) => erasePacked(shopId, tx, person.mention.isIn, after));
    count("inbox", rows);
    if (last === null) return erased;
    after = last;
  }
}

type Addresses = { id: string; email: string | null; phone: string | null };

/** By id, else by her addresses; with those who were merged into her, her orders, and every address of theirs. */
async function findPerson(tx: Tx, shopId: string, asked: Subject): Promise<Person> {
  const { customerId, email, phone } = asked;
  const customers = await tx.rows<Addresses>(sql`
    with recursive hers as (
      select id from customer where shop_id = ${shopId}
        and case when ${customerId}::text is null then lower(email) = lower(${email}::text) or phone = ${phone}::text
          else id = ${customerId}::text end
      union select c.id from customer c join hers on c.merged_into = hers.id where c.shop_id = ${shopId})
    select c.id, c.email, c.phone from hers join customer c on c.shop_id = ${shopId} and c.id = hers.id`);
  const customerIds = distinct([customerId, ...customers.map(({ id }) => id)]);
  const orders = await tx.rows<Addresses>(sql`
    select id, email, phone from shop_order where shop_id = ${shopId}
      and (customer_id = any(${customerIds}::text[]) or id = any(${asked.orderIds}::text[]))`);
  const orderIds = distinct([...asked.orderIds, ...orders.map(({ id }) => id)]);
  const emails = distinct([email, ...[...customers, ...orders].map((row) => row.email)]);
  const phones = distinct([phone, ...[...customers, ...orders].map((row) => row.phone)]);
  const mention = mentionOf({ ids: [...customerIds, ...orderIds], addresses: [...emails, ...phones] });
  return { customerIds, orderIds, emails, phones, mention };
}

const distinct = (texts: (string | null)[]) =>
  [...new Set(texts.filter((text) => text !== null && text !== ""))] as string[];

type Count = (table: string, rows: number) => void;

async function eraseRows(tx: Tx, shopId: string, { customerIds, orderIds }: Person, count: Count): Promise<void> {
  // A visitor who turned out to be her was her all along.
  count(
    "event",
    await tx.run(sql`
      delete from event where shop_id = ${shopId} and customer_id is null and anonymous_id in (
        select anonymous_id from event where shop_id = ${shopId} and customer_id = any(${customerIds}::text[]))`),
  );
  await tx.run(sql`
    update segment s set member_count = greatest(0, s.member_count - gone.members)
    from (select segment_id, count(*)::int as members from membership
          where shop_id = ${shopId} and customer_id = any(${customerIds}::text[]) and left_at is null group by segment_id) gone
    where s.shop_id = ${shopId} and s.id = gone.segment_id`);
  for (const table of ["line_item", "refund"]) {
    count(
      table,
      await tx.run(
        sql`delete from ${tableName(table)} where shop_id = ${shopId} and order_id = any(${orderIds}::text[])`,
      ),
    );
  }
  count(
    "shop_order",
    await tx.run(sql`delete from shop_order where shop_id = ${shopId} and id = any(${orderIds}::text[])`),
  );
  const responses = await tx.rows<{ id: string }>(sql`
    delete from survey_response where shop_id = ${shopId} and (customer_id = any(${customerIds}::text[])
      or order_id = any(${orderIds}::text[]) or order_claim = any(${orderIds}::text[])) returning id`);
  count("survey_response", responses.length);
  count(
    "answer",
    await tx.run(
      sql`delete from answer where shop_id = ${shopId} and response_id = any(${responses.map(({ id }) => id)}::text[])`,
    ),
  );
  for (const table of await tablesWith(tx, "customer_id")) {
    count(
      table,
      await tx.run(
        sql`delete from ${tableName(table)} where shop_id = ${shopId} and customer_id = any(${customerIds}::text[])`,
      ),
    );
  }
  count(
    "customer",
    await tx.run(sql`delete from customer where shop_id = ${shopId} and id = any(${customerIds}::text[])`),
  );
  await tx.run(sql`
    update audience set customer_ids = array(select c from unnest(customer_ids) c where c <> all(${customerIds}::text[]))
    where shop_id = ${shopId} and customer_ids && ${customerIds}::text[]`);
}

/** Texts of ours that are not hers by a column and speak of her all the same. */
async function eraseMentions(tx: Tx, shopId: string, { emails, phones, mention }: Person, count: Count): Promise<void> {
  const { needles, isIn } = mention;
  const rough = (text: ReturnType<typeof sql>) =>
    sql`exists (select 1 from unnest(${needles}::text[]) needle where position(needle in lower(${text})) > 0)`;

  const events = await tx.rows<{ id: string; text: string }>(sql`
    select id, concat_ws(' ', id, anonymous_id, data) as text from event
    where shop_id = ${shopId} and ${rough(sql`concat_ws(' ', id, anonymous_id, data)`)}`);
  const hers = events.filter(({ text }) => isIn(text)).map(({ id }) => id);
  count("event", await tx.run(sql`delete from event where shop_id = ${shopId} and id = any(${hers}::text[])`));

  const records = await tx.rows<{ plugin: string; kind: string; key: string; text: string }>(sql`
    select plugin, kind, key, concat_ws(' ', key, data) as text from plugin_record
    where shop_id = ${shopId} and ${rough(sql`concat_ws(' ', key, data)`)}`);
  for (const { plugin, kind, key } of records.filter(({ text }) => isIn(text))) {
    const own = sql`shop_id = ${shopId} and plugin = ${plugin} and kind = ${kind} and key = ${key}`;
    count("plugin_record", await tx.run(sql`delete from plugin_record where ${own}`));
  }

  // What others wrote stays theirs: only her address leaves it.
  for (const address of [...emails, ...phones]) {
    await tx.run(sql`
      update answer set value_text = regexp_replace(value_text, ${addressPattern(address)}, '[removed]', 'gi')
      where shop_id = ${shopId} and position(lower(${address}::text) in lower(value_text)) > 0`);
  }

  // Requests that are still to be done go on naming her until they are.
  const requests = await tx.rows<{ id: string; text: string }>(sql`
    select id, evidence::text as text from compliance_request where shop_id = ${shopId} and evidence is not null and done_at is not null`);
  const about = requests.filter(({ text }) => isIn(text)).map(({ id }) => id);
  await tx.run(
    sql`update compliance_request set evidence = null where shop_id = ${shopId} and id = any(${about}::text[])`,
  );
}

async function eraseBodies(tx: Tx, shopId: string, mention: Mention, after: string) {
  const found = await tx.rows<{ seq: string; body: Buffer }>(sql`
    select seq::text, body from inbox where shop_id = ${shopId} and seq > ${after}::bigint
      and exists (select 1 from unnest(${mention.needles}::text[]) needle
        where position(encode(convert_to(needle, 'UTF8'), 'escape') in lower(encode(body, 'escape'))) > 0)
    order by inbox.seq limit ${ROWS_AT_ONCE}`);
  const hers = found.filter(({ body }) => mention.isIn(body.toString("utf8"))).map(({ seq }) => seq);
  const rows = await tx.run(sql`delete from inbox where shop_id = ${shopId} and seq = any(${hers}::bigint[])`);
  return { rows, last: found.length < ROWS_AT_ONCE ? null : (found.at(-1)?.seq ?? null) };
}
