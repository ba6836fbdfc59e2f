// Which customers survey_answer selects: all parameters are about the same answer, numbers are compared as numbers, texts as
// texts.
import { afterAll, beforeAll, expect, test } from "vitest";
import { sql } from "../../../app/db.server.ts";
import { registryFor } from "../../../app/plugins/installed.server.ts";
import { selectCustomers } from "../../../app/segments/preview.server.ts";
import { merchant } from "../../../app/shopify.server.ts";
import { openShop, type Shop } from "../../../app/shop.server.ts";
import { startDevShop, type DevShop } from "../../setup/dev-shop.ts";

// Half past midnight of the 10th in Kolkata.
const NOW = new Date("2026-03-09T19:00:00Z");

let dev: DevShop;
let shop: Shop;

/** 1 is a promoter; 2 is a detractor who was a promoter long ago; 3 only chose and wrote; 4 never answered. */
const ANSWERS: [customer: string, survey: string, question: string, text: string, number: number | null, at: string][] =
  [
    ["1", "nps", "score", "9", 9, "2026-03-09T18:31:00Z"],
    ["1", "nps", "why", "10 out of 10", null, "2026-03-09T18:31:00Z"],
    ["2", "nps", "score", "10", 10, "2025-03-09T12:00:00Z"],
    ["2", "exit", "score", "2", 2, "2026-03-09T18:29:00Z"],
    ["3", "exit", "reasons", "Price", null, "2026-03-01T12:00:00Z"],
    ["3", "exit", "reasons", "It's slow", null, "2026-03-01T12:00:00Z"],
    ["3", "exit", "why", "9", null, "2026-03-01T12:00:00Z"],
  ];

beforeAll(async () => {
  dev = await startDevShop("chai.myshopify.com", { timeZone: "Asia/Kolkata" });
  const { shop: installed } = await merchant(dev.document("/app"));
  const opened = await openShop(installed.id, () => NOW);
  if (!opened) throw new Error("the shop is there");
  shop = opened;
  await shop.db.tx(async (tx) => {
    await tx.run(sql`insert into customer (shop_id, id) select ${shop.id}, n::text from generate_series(1, 4) n`);
    for (const [at, [customer, survey, question, text, number, when]] of ANSWERS.entries()) {
      await tx.run(sql`insert into survey_response (shop_id, id, survey_id, version, surface, started_at)
        values (${shop.id}, ${String(at)}, ${survey}, 1, 'storefront', ${when}::timestamptz)`);
      await tx.run(sql`insert into answer (shop_id, response_id, question, position, survey, customer_id, value_text, value_number, at)
        values (${shop.id}, ${String(at)}, ${question}, 0, ${survey}, ${customer}, ${text}, ${number}, ${when}::timestamptz)`);
    }
  });
});
afterAll(() => dev.close());

const selected = async (query: string) => {
  const found = await selectCustomers(shop, query, await registryFor(shop));
  return found.ok ? found.sample : found.faults;
};

test.each<[string, string[]]>([
  ["survey_answer MATCHES ()", ["1", "2", "3"]],
  ["survey_answer NOT MATCHES ()", ["4"]],
  ["survey_answer IS NULL", ["4"]],
  ["survey_answer MATCHES (value >= 9)", ["1", "2"]],
  ["survey_answer MATCHES (value BETWEEN 0 AND 6)", ["2"]],
  // Compared as texts, 10 would come before 9.
  ["survey_answer MATCHES (value > 9)", ["2"]],
  ["survey_answer MATCHES (value IN (9, 10))", ["1", "2"]],
  ["survey_answer MATCHES (value = 9.0)", ["1"]],
  // A text that looks like a number is a text.
  ["survey_answer MATCHES (value = 9)", ["1"]],
  ["survey_answer MATCHES (value = '9')", ["1", "3"]],
  ["survey_answer MATCHES (value = 'price')", []],
  ["survey_answer MATCHES (value IN ('Price', 'It\\'s slow'))", ["3"]],
  // Both parameters must match the same answer, not only the same customer.
  ["survey_answer MATCHES (survey = 'exit', value >= 9)", []],
  ["survey_answer MATCHES (value >= 9, date >= -30d)", ["1"]],
  ["survey_answer MATCHES (survey = 'exit', question = 'score', value != 9)", ["2"]],
  ["survey_answer MATCHES (survey = 'exit', value = 'Price') AND survey_answer MATCHES (question = 'why')", ["3"]],
  ["survey_answer NOT MATCHES (value >= 9)", ["3", "4"]],
  ["survey_answer MATCHES () AND NOT survey_answer MATCHES (value >= 9)", ["3"]],
  // The shop's days: 18:29 UTC is still yesterday there, 18:31 is today.
  ["survey_answer MATCHES (date = today)", ["1"]],
  ["survey_answer MATCHES (date = yesterday)", ["2"]],
  ["survey_answer MATCHES (date IN (yesterday, 2026-03-01))", ["2", "3"]],
  ["survey_answer MATCHES (date NOT IN (today, yesterday))", ["2", "3"]],
  // Shopify's older grammar of functions.
  ["survey_answer(survey: 'nps', value: (9, 10)) = true", ["1", "2"]],
  ["survey_answer(value: BETWEEN 0 AND 6) = false", ["1", "3", "4"]],
])("%s", async (query, customers) => {
  expect(await selected(query)).toEqual(customers);
});
