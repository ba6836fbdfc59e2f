// Rows about a customer that are written during the customer's merge belong to the kept customer.
import { setTimeout } from "node:timers/promises";
import { beforeEach, expect, test } from "vitest";
import { applyFacts, waitForApply } from "../../../app/customers/facts/apply.server.ts";
import type { Entities } from "../../../app/customers/facts/entities.ts";
import { lockPeople, sharePeople } from "../../../app/customers/facts/people/people-lock.server.ts";
import { sql, type Tx } from "../../../app/db.server.ts";
import { registry } from "../../../app/plugins/installed.server.ts";
import { recordsOf } from "../../../app/plugins/running/given/records.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { submitAnswers } from "../../../app/surveys/answers/answer.server.ts";
import { setSurveyState } from "../../../app/surveys/definition/survey-state.server.ts";
import { blank, templates } from "../../../app/surveys/editor/templates.ts";
import type { SurveyDraft } from "../../../app/surveys/survey.ts";
import { done, savedSurvey } from "../../setup/definitions.ts";
import { hold, untilWaiting } from "../../setup/side-by-side.ts";
import { newShop } from "../new-shop.ts";
import { orderRow } from "../order-row.ts";

const [ASHA, TWIN] = ["7711", "7712"];
let shop: Shop;

const apply = (entities: Partial<Entities>) =>
  shop.db.tx(async (tx) => {
    await waitForApply(shop, tx);
    await applyFacts(shop, tx, entities, { name: "shopify", history: false });
  });

beforeEach(async () => {
  shop = await newShop();
  await apply({ orders: [orderRow({ id: "1", customerId: ASHA }), orderRow({ id: "2", customerId: TWIN })] });
});

/** Holds `write` back by `held`, while the merge runs as far as it can. */
async function besideMerge(held: (tx: Tx) => Promise<unknown>, write: () => Promise<unknown>): Promise<void> {
  const release = await hold(shop, held);
  const writing = write();
  await untilWaiting(1);
  const merging = apply({ merges: [{ keptId: TWIN, deletedId: ASHA, at: "2026-11-20T10:00:00.000Z" }] });
  await Promise.race([merging, setTimeout(1500)]);
  await release();
  await Promise.all([writing, merging]);
}

test("an answer that is being stored when the merge begins", async () => {
  const draft = { ...blank, ...templates["nps"], name: "Mine" } as SurveyDraft;
  const survey = await savedSurvey(shop, null, draft, registry.questionKinds);
  done(await setSurveyState(shop, survey, "active", { actor: "merchant" }));
  const answer = { survey, version: 1, locale: "en", answers: [{ question: "score", values: ["9"] }] };
  const asha = { surface: "storefront", orderClaim: null, customerId: ASHA, anonymousId: null } as const;
  const head = (tx: Tx) => tx.rows(sql`select from outbox_head where shop_id = ${shop.id} for update`);
  await besideMerge(head, () => submitAnswers(shop, answer, asha, registry.questionKinds));
  const whose = await shop.db.tx((tx) =>
    tx.rows(sql`select r.customer_id as response, a.customer_id as answer from survey_response r
      join answer a on a.shop_id = r.shop_id and a.response_id = r.id where r.shop_id = ${shop.id}`),
  );
  expect(whose).toEqual([{ response: TWIN, answer: TWIN }]);
});

test("a plugin's record that is being written when the merge begins", async () => {
  const records = recordsOf(shop, "visits")("visit");
  await records.put({ key: "first", customerId: null, data: {} });
  const access = (tx: Tx) => tx.rows(sql`select from plugin_access where shop_id = ${shop.id} for update`);
  await besideMerge(access, () => records.put({ key: "second", customerId: ASHA, data: {} }));
  const [record] = await shop.db.tx((tx) =>
    tx.rows(sql`select customer_id as customer from plugin_record where shop_id = ${shop.id} and key = 'second'`),
  );
  expect(record).toEqual({ customer: TWIN });
});

test("a shopper's answer is stored at once while a merge waits for a plugin's long write", async () => {
  const draft = { ...blank, ...templates["nps"], name: "Mine" } as SurveyDraft;
  const survey = await savedSurvey(shop, null, draft, registry.questionKinds);
  done(await setSurveyState(shop, survey, "active", { actor: "merchant" }));
  const answer = { survey, version: 1, locale: "en", answers: [{ question: "score", values: ["9"] }] };
  const twin = { surface: "storefront", orderClaim: null, customerId: TWIN, anonymousId: null } as const;
  // A plugin that writes many records shares the people's lock as long as it writes.
  const release = await hold(shop, (tx) => sharePeople(tx, shop.id));
  const merging = apply({ merges: [{ keptId: TWIN, deletedId: ASHA, at: "2026-11-20T10:00:00.000Z" }] });
  await untilWaiting(1);
  const answered = submitAnswers(shop, answer, twin, registry.questionKinds).then(() => "stored");
  const seen = [
    await Promise.race([answered, setTimeout(2000, "waits")]),
    await Promise.race([merging.then(() => "merged"), setTimeout(500, "waits")]),
  ];
  await release();
  await Promise.all([merging, answered]);
  expect(seen).toEqual(["stored", "waits"]);
  const merged = await shop.db.tx((tx) =>
    tx.rows(sql`select merged_into as into from customer where shop_id = ${shop.id} and id = ${ASHA}`),
  );
  expect(merged).toEqual([{ into: TWIN }]);
});

test("a merge waits for the short writes that are under way, although others follow without a gap", async () => {
  let isWriting = true;
  const write = async (delay: number) => {
    await setTimeout(delay);
    while (isWriting)
      await shop.db.tx(async (tx) => {
        await sharePeople(tx, shop.id);
        await setTimeout(600);
      });
  };
  const writers = [write(0), write(300)];
  await setTimeout(700);
  const began = performance.now();
  await shop.db.tx((tx) => lockPeople(tx, shop.id));
  isWriting = false;
  await Promise.all(writers);
  // With tries that are shorter than the writes, the merge would wait for 60 s.
  expect(performance.now() - began).toBeLessThan(30_000);
});
