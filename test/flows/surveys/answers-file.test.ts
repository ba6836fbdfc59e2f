// The answers to a survey as a file: one line for each answer, of this shop alone, and nothing in it runs in a spreadsheet.
import { afterAll, beforeAll, expect, test } from "vitest";
import { sql } from "../../../app/db.server.ts";
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
    /^answered_at,question,question_text,answer,customer_id,customer,order_id,placement,language,version$/,
  );
  expect(lines[1]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z,score,[^,]+,9,7,'=Asha Patel,,storefront,en,1$/);
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

test("a survey of more answers than one part holds has each answer once", async () => {
  await shop.db.tx(async (tx) => {
    await tx.run(sql`
      insert into survey_response (shop_id, id, survey_id, version, surface, started_at)
      select ${shop.id}, 'r' || n, ${survey}, 1, 'storefront', now() from generate_series(1, 2500) n`);
    await tx.run(sql`
      insert into answer (shop_id, response_id, question, position, survey, value_text, at)
      select ${shop.id}, 'r' || n, 'score', 1, 'nps', '5', now() from generate_series(1, 2500) n`);
  });
  let file = "";
  for await (const part of writeAnswers(shop, survey)) file += part;
  expect(file.match(/,score,/g)).toHaveLength(2501);
});
