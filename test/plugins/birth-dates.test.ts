// A trial plugin, written from app/plugins/README.md alone, as a newcomer would: customers tell their birth date in a survey. The plugin
// keeps the answers to its own kind of question, and segments ask for them.
import { expect, test } from "vitest";
import { sql } from "../../app/db.server.ts";
import { definePlugin, defineQuestionKind } from "../../app/plugins/plugin.ts";
import { pluginShop } from "./kit/plugin-shop.ts";
import { testPlugin } from "./kit/test-plugin.ts";

const birthDates = definePlugin({
  name: "birth-dates",
  contract: 1,
  label: "birth-dates.label",
  description: "birth-dates.description",
  questionKinds: {
    told_birth_date: defineQuestionKind({
      label: "birth-dates.question",
      settings: {},
      measure: "dates",
      shape: () => ({ shape: "date", from: "1900-01-01", to: "today" }),
      check: ([day = ""]) => ({ ok: true, values: [{ text: day, number: null }] }),
    }),
  },
  events: {
    "survey.answered": async ({ shop, records }, { id, customerId, data }) => {
      if (data["kind"] !== "told_birth_date") return;
      const [told] = await shop.db.tx((tx) =>
        tx.rows<{ day: string }>(sql`select value_text as day from api.answers where shop_id = ${shop.id}
          and response_id = ${String(data["response"])} and question = ${String(data["question"])}`),
      );
      if (told) await records("told").put({ key: id, customerId, data: { day: told.day } });
    },
  },
  attributes: {
    birth_date: {
      label: "birth-dates.attribute",
      type: "date",
      reads: ["records:told"],
      sql: ({ timeZone }) => sql`(select (r.data ->> 'day')::timestamp at time zone ${timeZone} from api.records r
        where r.shop_id = c.shop_id and r.plugin = 'birth-dates' and r.kind = 'told' and r.customer_id = c.id
        order by r.updated_at desc limit 1)`,
    },
  },
});

testPlugin(birthDates);

test("a birth date that a customer tells in a survey is the customer's, and no other answer is taken for one", async () => {
  const { addCustomer, settle, follow, answerAs, members, shop } = await pluginShop(birthDates);
  const [asha, bob] = [await addCustomer(), await addCustomer()];
  await settle();
  await follow("birth_date = 1990-05-14");
  await answerAs(asha, "told_birth_date", ["1990-05-14"]);
  await answerAs(bob, "text", ["1990-05-14"]);
  await settle();
  expect(await members("birth_date = 1990-05-14")).toEqual([asha]);
  expect(
    await shop.db.tx((tx) =>
      tx.rows(sql`select customer_id, kind from api.answers where shop_id = ${shop.id} order by kind`),
    ),
  ).toEqual([
    { customer_id: bob, kind: "text" },
    { customer_id: asha, kind: "told_birth_date" },
  ]);
});

test("a day that does not exist, or that the question does not offer, is refused before the plugin's check is asked", async () => {
  const { addCustomer, settle, answer, answerAs } = await pluginShop(birthDates);
  const asha = await addCustomer();
  await settle();
  const refused = { ok: false, fault: { key: "answer.not_a_day" } };
  for (const day of ["1990-02-31", "1990-13-01", "1899-12-31", "2999-01-01", "May", ""])
    expect(await answer("told_birth_date", [day]), day).toEqual(refused);
  expect(await answer("told_birth_date", ["1990-05-14", "1990-05-15"])).toEqual(refused);
  expect(await answer("told_birth_date", ["1990-05-14"])).toMatchObject({ ok: true });
  await expect(answerAs(asha, "told_birth_date", ["1990-02-31"])).rejects.toThrow("answer.not_a_day");
});
