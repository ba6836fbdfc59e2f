// Rows about a person that are written during the person's redaction: none remains, whichever transaction ends first.
import { setTimeout } from "node:timers/promises";
import { beforeEach, expect, test } from "vitest";
import { applyFacts, waitForApply } from "../../../app/customers/facts/apply.server.ts";
import { applyMetafields } from "../../../app/customers/facts/metafields.server.ts";
import { sql, trusted, type Tx } from "../../../app/db.server.ts";
import { registry } from "../../../app/plugins/installed.server.ts";
import { recordsOf } from "../../../app/plugins/running/given/records.server.ts";
import { evaluateSegment } from "../../../app/segments/memberships/build.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { submitAnswers } from "../../../app/surveys/answers/answer.server.ts";
import { setSurveyState } from "../../../app/surveys/definition/survey-state.server.ts";
import { blank, templates } from "../../../app/surveys/editor/templates.ts";
import type { SurveyDraft } from "../../../app/surveys/survey.ts";
import { comply, fileRequest } from "../../../app/sync/compliance/compliance.server.ts";
import { shopify } from "../../../app/sync/sources/shopify/source.server.ts";
import { eraseSteps } from "../../../app/worker/erasure.server.ts";
import { done, savedSegment, savedSurvey } from "../../setup/definitions.ts";
import { hold, untilWaiting } from "../../setup/side-by-side.ts";
import { newShop } from "../new-shop.ts";
import { orderRow } from "../order-row.ts";

const ASHA = "7711";
let shop: Shop;

beforeEach(async () => {
  shop = await newShop();
  await order("8811", ASHA);
});

const order = (id: string, customerId: string) =>
  shop.db.tx(async (tx) => {
    await waitForApply(shop, tx);
    await applyFacts(shop, tx, { orders: [orderRow({ id, customerId })] }, { name: "shopify", history: false });
  });

async function redact(): Promise<void> {
  const body = Buffer.from(JSON.stringify({ shop_domain: shop.id, customer: { id: 7711 }, orders_to_redact: [8811] }));
  const arrival = { connection: "", topic: "customers/redact", key: "k", receivedAt: new Date(), body };
  await shop.db.tx((tx) => fileRequest(shop.id, tx, shopify, arrival));
  await comply(shop.id, "erase customer shopify k", eraseSteps);
}

const TABLES = ["customer", "shop_order", "event", "outbox", "answer", "survey_response", "membership", "plugin_record", "customer_metafield"]; // prettier-ignore
async function traces(): Promise<string[]> {
  const found: string[] = [];
  for (const table of TABLES) {
    const rows = await shop.db.tx((tx) =>
      tx.rows(
        sql`select from ${trusted(table)} t where shop_id = ${shop.id} and to_jsonb(t)::text like ${`%"${ASHA}"%`}`,
      ),
    );
    if (rows.length > 0) found.push(table);
  }
  return found;
}

/** Holds `write` back right before its commit, while the redaction runs as far as it can. */
async function besideRedaction(held: (tx: Tx) => Promise<unknown>, write: () => Promise<unknown>): Promise<void> {
  const release = await hold(shop, held);
  const writing = write();
  await untilWaiting(1);
  const redacting = redact();
  await Promise.race([redacting, setTimeout(1500)]);
  await release();
  await Promise.all([writing, redacting]);
}

const figures = (tx: Tx) => tx.rows(sql`select from segment_figures where shop_id = ${shop.id} for update`);
const head = (tx: Tx) => tx.rows(sql`select from outbox_head where shop_id = ${shop.id} for update`);

test("an answer that is being stored when the redaction begins", async () => {
  const draft = { ...blank, ...templates["nps"], name: "Mine" } as SurveyDraft;
  const survey = await savedSurvey(shop, null, draft, registry.questionKinds);
  done(await setSurveyState(shop, survey, "active", { actor: "merchant" }));
  const answer = { survey, version: 1, locale: "en", answers: [{ question: "score", values: ["9"] }] };
  const asha = { surface: "storefront", orderClaim: null, customerId: ASHA, anonymousId: null } as const;
  await besideRedaction(head, () => submitAnswers(shop, answer, asha, registry.questionKinds));
  expect(await traces()).toEqual([]);
});

test("an order that is being applied when the redaction begins", async () => {
  await besideRedaction(head, () => order("8812", ASHA));
  expect(await traces()).toEqual([]);
});

test("a stay in a segment that is being written when the redaction begins", async () => {
  const segment = await savedSegment(shop, { name: "Buyers", query: "number_of_orders >= 1" }, registry);
  await evaluateSegment(shop, segment, registry, async () => undefined);
  await shop.db.tx((tx) => tx.run(sql`delete from membership where shop_id = ${shop.id}`));
  await besideRedaction(figures, () => evaluateSegment(shop, segment, registry, async () => undefined));
  expect(await traces()).toEqual([]);
});

test("a plugin's record that is being written when the redaction begins", async () => {
  const records = recordsOf(shop, "visits")("visit");
  await records.put({ key: "first", customerId: null, data: {} });
  const access = (tx: Tx) => tx.rows(sql`select from plugin_access where shop_id = ${shop.id} for update`);
  await besideRedaction(access, () => records.put({ key: "second", customerId: ASHA, data: {} }));
  expect(await traces()).toEqual([]);
});

test("an order, a record and a metafield that come between two steps of the redaction", async () => {
  const profile = (tx: Tx) => tx.rows(sql`select from customer where shop_id = ${shop.id} and id = ${ASHA} for share`);
  const release = await hold(shop, profile);
  const redacting = redact();
  await untilWaiting(1);
  await order("8812", ASHA);
  const key = { owner: "customer", namespace: "facts", key: "birth_date", type: "date" } as const;
  const found = { ...key, ownerId: ASHA, value: "2000-01-01", updatedAt: "2026-11-20T10:00:00.000Z" };
  await shop.db.tx((tx) =>
    applyMetafields(shop, tx, { owner: "customer", ownerIds: [ASHA], keys: [key], seenAt: null }, [found]),
  );
  await recordsOf(shop, "visits")("visit").put({ key: "late", customerId: ASHA, data: {} });
  await release();
  await redacting;
  expect(await traces()).toEqual([]);
});
