// A trial plugin, written from app/plugins/README.md alone, as a newcomer would: birthdays from a metafield, and a question that asks
// for the birthday. What the store gives is an amount off.
import { expect, test } from "vitest";
import { sql } from "../../app/db.server.ts";
import { field } from "../../app/fields.ts";
import { defineOfferKind, definePlugin, defineQuestionKind } from "../../app/plugins/plugin.ts";
import { enqueueJobsOf } from "../../app/worker/schedule.server.ts";
import { pluginShop } from "./kit/plugin-shop.ts";
import { testPlugin } from "./kit/test-plugin.ts";

/** The next birthday at a moment, which may be on that day. */
const nextBirthday = (now: Date, timeZone: string) => sql`(
  select (born + make_interval(years => extract(year from age(today - 1, born))::int + 1)) at time zone ${timeZone}
  from (select m.value::date as born, (${now}::timestamptz at time zone ${timeZone})::date as today
    from api.metafields m where m.shop_id = c.shop_id and m.customer_id = c.id
      and m.namespace = 'facts' and m.key = 'birth_date') known)`;

const birthdays = definePlugin({
  name: "birthdays",
  contract: 1,
  label: "birthdays.label",
  description: "birthdays.description",
  metafields: [{ owner: "customer", namespace: "facts", key: "birth_date", type: "date" }],
  attributes: {
    birthday: {
      label: "birthdays.birthday",
      type: "date",
      reads: ["metafields"],
      sql: ({ now, timeZone }) => nextBirthday(now, timeZone),
      flips: ({ from, to, timeZone }) => sql`(${nextBirthday(from, timeZone)} <> ${nextBirthday(to, timeZone)})`,
    },
  },
  offerKinds: {
    birthday_gift: defineOfferKind({
      label: "birthdays.gift",
      settings: {
        amount: field.money("birthdays.amount", { initial: "5", min: 0.01 }),
        days: field.integer("birthdays.days", { initial: 7, min: 0, max: 60 }),
      },
      shows: { amount: "amount" },
      resolve: (_context, { amount }) => ({
        content: { shape: "discount", amount, code: null, href: null },
        discount: { title: "", grant: { kind: "amount", amount }, code: null },
      }),
      audience: ({ days }) => `birthday BETWEEN today AND +${days}d`,
    }),
  },
  questionKinds: {
    birth_date: defineQuestionKind({
      label: "birthdays.question",
      settings: {},
      measure: "dates",
      shape: () => ({ shape: "date", from: "1900-01-01", to: null }),
      check: ([day = ""]) => ({ ok: true, values: [{ text: day, number: null }] }),
    }),
  },
});

testPlugin(birthdays);

const born = (value: string) => ({ "facts.birth_date": { type: "date", value } });
const at = (day: string) => new Date(`${day}T12:00:00Z`);

test("a birthday is read from the metafield, returns each year, and follows the store's changes", async () => {
  const { addCustomer, setMetafield, send, settle, members, follow } = await pluginShop(birthdays);
  const [asha, leap] = [await addCustomer(born("1990-05-14")), await addCustomer(born("1996-02-29"))];
  await addCustomer({ "facts.birth_date": { type: "single_line_text_field", value: "in May" } });
  await settle();
  const soon = "birthday BETWEEN today AND +7d";
  expect(await members(soon, at("2026-05-10"))).toEqual([asha]);
  expect(await members("birthday = today", at("2031-05-14"))).toEqual([asha]);
  expect(await members(soon, at("2026-05-15"))).toEqual([]);
  expect(await members("birthday = today", at("2027-02-28"))).toEqual([leap]);
  expect(await members("birthday IS NULL")).toHaveLength(1);
  await follow("birthday IS NULL");
  setMetafield("customer", asha, "facts.birth_date", { type: "date", value: "" });
  await send("customers/update", { id: Number(asha), updated_at: new Date().toISOString() });
  await settle();
  expect(await members("birthday IS NULL")).toHaveLength(2);
});

test("a midnight moves customers whose birthday comes nearer, and those whose next birthday is in another year", async () => {
  const { shop, addCustomer, settle, follow, members } = await pluginShop(birthdays);
  const year = shop.now().getUTCFullYear() + 1;
  const asha = await addCustomer(born("1990-05-14"));
  await settle();
  const soon = "birthday BETWEEN today AND +7d";
  const late = "birthday >= +300d";
  await follow(soon);
  await follow(late);
  for (const [day, isSoon, isLate] of [
    [`${year}-05-06`, false, false],
    [`${year}-05-14`, true, false],
    [`${year}-05-15`, false, true],
    [`${year + 1}-05-10`, true, false],
  ] as const) {
    expect(await members(soon, at(day)), day).toEqual(isSoon ? [asha] : []);
    expect(await members(late, at(day)), day).toEqual(isLate ? [asha] : []);
  }
});

test("metafields of all customers are read when the plugin is new, and after a history", async () => {
  const { shop, registry, addCustomer, setMetafield, settle, members } = await pluginShop(birthdays);
  const asha = await addCustomer();
  await settle();
  setMetafield("customer", asha, "facts.birth_date", { type: "date", value: "1990-05-14" });
  await settle();
  expect(await members("birthday IS NOT NULL")).toEqual([]);
  await enqueueJobsOf(shop, registry);
  await settle();
  expect(await members("birthday IS NOT NULL")).toEqual([asha]);
});

test("a birthday gift subtracts an amount from the order of a customer whose birthday is soon", async () => {
  const { shop, addCustomer, settle, members, offer } = await pluginShop(birthdays);
  const today = shop.now().toISOString().slice(5, 10);
  const asha = await addCustomer(born(`1992-${today}`));
  await settle();
  const given = await offer("birthday_gift", { amount: "7.50", days: "3" });
  expect(given).toMatchObject({
    ok: true,
    content: { shape: "discount", amount: "7.50" },
    discount: { grant: { kind: "amount", amount: "7.50" } },
  });
  expect(await members(given.audience ?? "")).toEqual([asha]);
});

test("an answer with a date that does not exist is refused", async () => {
  const { answer } = await pluginShop(birthdays);
  const check = async (...values: string[]) => (await answer("birth_date", values)).ok;
  expect([await check("1990-05-14"), await check("1990-02-30"), await check("May")]).toEqual([true, false, false]);
  expect(await check()).toBe(false);
});
