// Who a redaction is about: the ids and addresses by which the person is found in every table.
import { sql, type Tx } from "../../../db.server.ts";

/** Whom a request is about: the id may be missing, or the addresses. */
export type Subject = { customerId: string | null; email: string | null; phone: string | null; orderIds: string[] };

/**
 * `emails` and `phones` are the person's own. `typed` were only typed into the person's orders. What a living customer has
 * is in neither: it goes on being that customer's.
 */
export type Person = {
  customerIds: string[];
  orderIds: string[];
  emails: string[];
  phones: string[];
  typed: { emails: string[]; phones: string[] };
};

type Addresses = { id: string; email: string | null; phone: string | null };

/** By id, else by address; with those who were merged into the person, the orders, and every address of theirs. */
export async function findPerson(tx: Tx, shopId: string, asked: Subject): Promise<Person> {
  const { customerId, email, phone } = asked;
  const customers = await tx.rows<Addresses>(sql`
    with recursive hers as (
      select id from customer where shop_id = ${shopId}
        and case when ${customerId}::text is null then lower(email) = lower(${email}::text)
            or nullif(regexp_replace(phone, '\\D', '', 'g'), '') = regexp_replace(${phone}::text, '\\D', '', 'g')
          else id = ${customerId}::text end
      union select c.id from customer c join hers on c.merged_into = hers.id where c.shop_id = ${shopId})
    select c.id, c.email, c.phone from hers join customer c on c.shop_id = ${shopId} and c.id = hers.id`);
  const customerIds = distinct([customerId, ...customers.map(({ id }) => id)]);
  const orders = await tx.rows<Addresses>(sql`
    select id, email, phone from shop_order where shop_id = ${shopId}
      and (customer_id = any(${customerIds}::text[]) or id = any(${asked.orderIds}::text[]))`);
  const orderIds = distinct([...asked.orderIds, ...orders.map(({ id }) => id)]);
  const own = [{ email, phone }, ...customers];
  const emails = distinct(own.map((row) => row.email));
  const phones = distinct(own.map((row) => row.phone));
  const typedEmails = without(distinct(orders.map((row) => row.email)), new Set(emails.map(small)), small);
  const typedPhones = without(distinct(orders.map((row) => row.phone)), new Set(phones.map(digits)), digits);
  const living = await addressesOfOthers(tx, shopId, customerIds, {
    emails: [...emails, ...typedEmails].map(small),
    phones: [...phones, ...typedPhones].map(digits),
  });
  return {
    customerIds,
    orderIds,
    emails: without(emails, living.emails, small),
    phones: without(phones, living.phones, digits),
    typed: {
      emails: without(typedEmails, living.emails, small),
      phones: without(typedPhones, living.phones, digits),
    },
  };
}

const small = (email: string) => email.normalize("NFC").trim().toLowerCase();
const digits = (phone: string) => phone.replaceAll(/\D/g, "");

const without = (texts: string[], others: Set<string>, as: (text: string) => string) =>
  texts.filter((text) => !others.has(as(text)));

const distinct = (texts: (string | null)[]) =>
  [...new Set(texts.filter((text) => text !== null && text !== ""))] as string[];

/** Of these addresses, those of customers who are not redacted. */
async function addressesOfOthers(
  tx: Tx,
  shopId: string,
  customerIds: string[],
  { emails, phones }: { emails: string[]; phones: string[] },
): Promise<{ emails: Set<string>; phones: Set<string> }> {
  const rows = await tx.rows<{ email: string | null; phone: string | null }>(sql`
    select lower(trim(email)) as email, regexp_replace(phone, '\\D', '', 'g') as phone from customer
    where shop_id = ${shopId} and id <> all(${customerIds}::text[])
      and (lower(trim(email)) = any(${emails}::text[]) or regexp_replace(phone, '\\D', '', 'g') = any(${phones}::text[]))
    union all
    select null, regexp_replace(phone, '\\D', '', 'g') from customer_address
    where shop_id = ${shopId} and customer_id <> all(${customerIds}::text[])
      and regexp_replace(phone, '\\D', '', 'g') = any(${phones}::text[])`);
  return {
    emails: new Set(rows.flatMap((row) => row.email ?? [])),
    phones: new Set(rows.flatMap((row) => row.phone ?? [])),
  };
}
