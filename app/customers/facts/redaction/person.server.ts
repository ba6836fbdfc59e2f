// The person that a redaction erases: the ids, e-mails and phones by which the person is found in every table.
import { sql, type Tx } from "../../../db.server.ts";

/** The person as a compliance request names the person: the id may be missing, or e-mail and phone. */
export type Subject = { customerId: string | null; email: string | null; phone: string | null; orderIds: string[] };

/**
 * `emails` and `phones` are in the person's profiles. `typed` were only typed into the person's orders. An e-mail or a phone that
 * another customer has is in neither list: it stays that customer's.
 */
export type Person = {
  customerIds: string[];
  orderIds: string[];
  emails: string[];
  phones: string[];
  typed: { emails: string[]; phones: string[] };
};

type Addresses = { id: string; email: string | null; phone: string | null };

/**
 * Finds the person by id, else by e-mail or phone, with all customers that were merged into the person, their orders, and the orders
 * without a customer that have the person's e-mail or phone.
 */
export async function findPerson(tx: Tx, shopId: string, asked: Subject): Promise<Person> {
  const { customerId, email, phone } = asked;
  const customers = await tx.rows<Addresses>(sql`
    with recursive merged as (
      select id from customer where shop_id = ${shopId}
        and case when ${customerId}::text is null then lower(email) = lower(${email}::text)
            or nullif(regexp_replace(phone, '\\D', '', 'g'), '') = regexp_replace(${phone}::text, '\\D', '', 'g')
          else id = ${customerId}::text end
      union select c.id from customer c join merged on c.merged_into = merged.id where c.shop_id = ${shopId})
    select c.id, c.email, c.phone from merged join customer c on c.shop_id = ${shopId} and c.id = merged.id`);
  const customerIds = distinct([customerId, ...customers.map(({ id }) => id)]);
  const own = [{ email, phone }, ...customers];
  const named = { emails: distinct(own.map((row) => row.email)), phones: distinct(own.map((row) => row.phone)) };
  const { emails, phones } = await withoutOthers(tx, shopId, customerIds, named);
  // An order without a customer is the person's where it has the person's e-mail or phone.
  const orders = await tx.rows<Addresses>(sql`
    select id, email, phone from shop_order where shop_id = ${shopId}
      and (customer_id = any(${customerIds}::text[]) or id = any(${asked.orderIds}::text[])
        or customer_id is null and (lower(trim(email)) = any(${emails.map(small)}::text[])
          or nullif(regexp_replace(phone, '\\D', '', 'g'), '') = any(${phones.map(digits)}::text[])))`);
  const orderIds = distinct([...asked.orderIds, ...orders.map(({ id }) => id)]);
  const typed = await withoutOthers(tx, shopId, customerIds, {
    emails: without(distinct(orders.map((row) => row.email)), new Set(named.emails.map(small)), small),
    phones: without(distinct(orders.map((row) => row.phone)), new Set(named.phones.map(digits)), digits),
  });
  return { customerIds, orderIds, emails, phones, typed };
}

const small = (email: string) => email.normalize("NFC").trim().toLowerCase();
const digits = (phone: string) => phone.replaceAll(/\D/g, "");

const without = (texts: string[], others: Set<string>, as: (text: string) => string) =>
  texts.filter((text) => !others.has(as(text)));

const distinct = (texts: (string | null)[]) =>
  [...new Set(texts.filter((text) => text !== null && text !== ""))] as string[];

type Known = { emails: string[]; phones: string[] };

/** These e-mails and phones without those of other customers. */
async function withoutOthers(tx: Tx, shopId: string, customerIds: string[], { emails, phones }: Known): Promise<Known> {
  const rows = await tx.rows<{ email: string | null; phone: string | null }>(sql`
    select lower(trim(email)) as email, regexp_replace(phone, '\\D', '', 'g') as phone from customer
    where shop_id = ${shopId} and id <> all(${customerIds}::text[])
      and (lower(trim(email)) = any(${emails.map(small)}::text[])
        or regexp_replace(phone, '\\D', '', 'g') = any(${phones.map(digits)}::text[]))
    union all
    select null, regexp_replace(phone, '\\D', '', 'g') from customer_address
    where shop_id = ${shopId} and customer_id <> all(${customerIds}::text[])
      and regexp_replace(phone, '\\D', '', 'g') = any(${phones.map(digits)}::text[])`);
  return {
    emails: without(emails, new Set(rows.flatMap((row) => row.email ?? [])), small),
    phones: without(phones, new Set(rows.flatMap((row) => row.phone ?? [])), digits),
  };
}
