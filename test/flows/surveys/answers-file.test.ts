// The answers to a survey as a file: one line for each answer, of this shop alone, and nothing in it runs in a spreadsheet.
import { afterAll, beforeAll, expect, test } from "vitest";
import { sql, type Sql } from "../../../app/db.server.ts";
import { registry } from "../../../app/plugins/installed.server.ts";
import { loader } from "../../../app/routes/app.surveys.$id.answers.ts";
import { merchant } from "../../../app/shopify.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { submitAnswers } from "../../../app/surveys/answers/answer.server.ts";
import { setSurveyState } from "../../../app/surveys/definition/survey-state.server.ts";
import { blank, templates } from "../../../app/surveys/editor/templates.ts";
import { cellOf, writeAnswers } from "../../../app/surveys/results/answers-file.server.ts";
import { savedSurvey } from "../../setup/definitions.ts";
import { startDevShop, type DevShop } from "../../setup/dev-shop.ts";
import { planNodes, rowsRead } from "../../setup/database/plan.ts";
import { newShop } from "../new-shop.ts";

const kinds = registry.questionKinds;
let dev: DevShop;
let shop: Shop;
let survey: string;

async function publish(asking: Shop): Promise<string> {
  const draft = { ...blank, ...templates["nps"], name: "Q", handle: "nps", placements: ["storefront" as const] };
  const id = await savedSurvey(asking, null, draft, kinds);
  await setSurveyState(asking, id, "active", { actor: "merchant" });
  return id;
}

beforeAll(async () => {
  dev = await startDevShop("answers-file.myshopify.com");
  ({ shop } = await merchant(dev.document("/app")));
  survey = await publish(shop);
  await shop.db.tx((tx) =>
    tx.run(sql`insert into customer (shop_id, id, first_name, last_name) values (${shop.id}, '7', '=Asha', 'Patel')`),
  );
});
afterAll(() => dev.close());

const answer = (why: string, customerId: string) =>
  submitAnswers(
    shop,
    {
      ...{ survey, version: 1, locale: "en" },
      answers: [
        { question: "score", values: ["9"] },
        { question: "why", values: [why] },
      ],
    },
    { surface: "storefront", orderClaim: null, customerId, anonymousId: null },
    kinds,
  );
const download = (id: string) =>
  loader({ request: dev.data(`/app/surveys/${id}/answers`), params: { id }, context: {} });

test("each answer is a line, a formula is a text, and commas, quotes and line ends stay within their cell", async () => {
  await answer('=HYPERLINK("https://evil.example"),\nsaid she', "7");
  const file = await download(survey);
  expect(file.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  // Decoding takes the byte order mark off.
  const lines = (await file.text()).split("\r\n");
  expect(lines[0]).toMatch(
    /^answered_at,question,question_text,answer,customer_id,customer,order_id,order,placement,language,version$/,
  );
  expect(lines[1]).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4},score,[^,]+,9,7,'=Asha Patel,,,storefront,en,1$/);
  expect(lines[2]).toMatch(/,"'=HYPERLINK\(""https:\/\/evil\.example""\),\nsaid she",7,/);
  expect(lines.slice(3)).toEqual([""]);
});

test.each([
  ["=1+1", "'=1+1"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["+44 20 7946", "'+44 20 7946"],
  ["-2+3", "'-2+3"],
  ["-5", "-5"],
  ["\tx", '"\'\tx"'],
  ["fine", "fine"],
  ["nice;=1+cmd|'/C calc'!A0;bye", "\"nice;'=1+cmd|'/C calc'!A0;bye\""],
  ['"@SUM(A1)"', '"""\'@SUM(A1)"""'],
])("the cell of %j is %j", (text, cell) => {
  expect(cellOf(text)).toBe(cell);
});

test("another shop's survey cannot be downloaded", async () => {
  const other = await publish(await newShop());
  await expect(download(other)).rejects.toMatchObject({ status: 404 });
});

test("a line has the time in the shop's zone and the order's name beside its id", async () => {
  const own = { ...(await newShop()), timeZone: "Asia/Kolkata" };
  const id = await publish(own);
  await own.db.tx(async (tx) => {
    await tx.run(sql`insert into shop_order (shop_id, id, name, currency, presentment_currency, ordered_at, updated_at)
      values (${own.id}, '6700000001199', '#1263', 'INR', 'INR', now(), now())`);
    await tx.run(sql`insert into survey_response (shop_id, id, survey_id, version, surface, order_claim, order_id, proof, started_at)
      values (${own.id}, 'r', ${id}, 1, 'thank_you', '6700000001199', '6700000001199', 'none', now())`);
    await tx.run(sql`insert into answer (shop_id, response_id, question, position, survey, value_text, at)
      values (${own.id}, 'r', 'why', 1, 'nps', 'fine', '2026-11-28T20:00:05.5Z')`);
  });
  const [, line] = (await fileOf(own, id)).split("\r\n");
  expect(line).toMatch(/^2026-11-29 01:30:05 \+0530,why,[^,]*,fine,,,6700000001199,#1263,thank_you,,1$/);
});

async function fileOf(of: Shop, id: string): Promise<string> {
  let file = "";
  for await (const part of writeAnswers(of, { id, handle: "nps" })) file += part;
  return file;
}

/** The shop, and the number of answers and responses that its statements read so far. */
function counting(of: Shop): { shop: Shop; read: () => number } {
  let read = 0;
  const db: Shop["db"] = {
    tx: (work) =>
      of.db.tx(async (tx) => {
        const asked: Sql[] = [];
        const rows: typeof tx.rows = (statement) => (asked.push(statement), tx.rows(statement));
        const done = await work({ ...tx, rows });
        for (const statement of asked) {
          read += rowsRead(await planNodes(tx, statement), ["answer", "survey_response"]);
        }
        return done;
      }),
  };
  return { shop: { ...of, db }, read: () => read };
}

test("a survey of more answers than one part holds has each answer once, and each answer and its response are read once", async () => {
  const own = await newShop();
  const id = await publish(own);
  await own.db.tx(async (tx) => {
    await tx.run(sql`
      insert into survey_response (shop_id, id, survey_id, version, surface, started_at)
      select ${own.id}, 'r' || n, ${id}, 1, 'storefront', now() from generate_series(1, 4500) n`);
    await tx.run(sql`
      insert into answer (shop_id, response_id, question, position, survey, value_text, at)
      select ${own.id}, 'r' || n, 'score', 1, 'nps', '5', now() - n % 7 * interval '1 second' from generate_series(1, 4500) n`);
  });
  const counted = counting(own);
  expect((await fileOf(counted.shop, id)).match(/,score,/g)).toHaveLength(4500);
  expect(counted.read()).toBe(2 * 4500);
});

test("an answer that waits for its order is not in the file", async () => {
  const own = await newShop();
  const id = await publish(own);
  await own.db.tx(async (tx) => {
    await tx.run(sql`insert into survey_response (shop_id, id, survey_id, version, surface, order_claim, started_at)
      values (${own.id}, 'r', ${id}, 1, 'thank_you', '1', now())`);
    await tx.run(sql`insert into answer (shop_id, response_id, question, position, survey, value_text, at)
      values (${own.id}, 'r', 'score', 1, 'nps', '5', now())`);
  });
  expect(await fileOf(own, id)).not.toContain("score");
});
