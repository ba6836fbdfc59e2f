// The contract of plugins, tested with loyalty and with a plugin of this test.
import { beforeEach, expect, test, vi } from "vitest";
import { compareAnswers } from "../../../app/analytics/figures.server.ts";
import type { Cause, Changes } from "../../../app/customers/change.ts";
import { sql, type Tx } from "../../../app/db.server.ts";
import { field } from "../../../app/fields.ts";
import { resolveOffer } from "../../../app/offers/resolve.server.ts";
import { drawCards } from "../../../app/plugins/cards.server.ts";
import { runGuarded } from "../../../app/plugins/running/guard.server.ts";
import { registry, registryFor, registryOf } from "../../../app/plugins/installed.server.ts";
import { loyalty } from "../../../app/plugins/loyalty/plugin.server.ts";
import { defineOfferKind, definePlugin, defineQuestionKind, type Plugin } from "../../../app/plugins/plugin.ts";
import { assemble } from "../../../app/plugins/registry.server.ts";
import { listPlugins, switchPlugin } from "../../../app/plugins/state.server.ts";
import { evaluateSegment } from "../../../app/segments/memberships/build.server.ts";
import { refreshMembership } from "../../../app/segments/memberships/membership.server.ts";
import { preview } from "../../../app/segments/preview.server.ts";

import type { Shop } from "../../../app/shop.server.ts";
import { submitAnswers } from "../../../app/surveys/answers/answer.server.ts";
import { askSurvey } from "../../../app/surveys/answers/ask.ts";
import { viewKinds } from "../../../app/surveys/kind-view.ts";
import { readResults } from "../../../app/surveys/results/results.server.ts";
import { readSurvey } from "../../../app/surveys/survey.server.ts";
import { setSurveyState } from "../../../app/surveys/definition/survey-state.server.ts";
import { figures } from "../../../app/segments/figures.server.ts";
import { savedSurvey, savedSegment } from "../../setup/definitions.ts";
import type { SurveyDraft } from "../../../app/surveys/survey.ts";
import { blank } from "../../../app/surveys/editor/templates.ts";
import { addCustomers, newShop, selected } from "../new-shop.ts";

let shop: Shop;

beforeEach(async () => {
  shop = await newShop();
});

test("a plugin that one shop switches off has no attribute, kinds, cards and jobs there, and all of them elsewhere", async () => {
  const other = await newShop();
  await switchPlugin(shop, loyalty, false, "merchant");
  const [here, there] = [await registryFor(shop), await registryFor(other)];
  const has = (of: typeof here) => [
    "loyalty_tier" in of.attributes,
    "tier_reward" in of.offerKinds,
    "loyalty_tiers" in of.cards,
    "loyalty/recount" in of.jobs,
  ];
  expect(has(here)).toEqual([false, false, false, false]);
  expect(has(there)).toEqual([true, true, true, true]);
  expect(await preview(shop, "loyalty_tier = 'GOLD'", here)).toMatchObject({ ok: false });
  expect(await preview(other, "loyalty_tier = 'GOLD'", there)).toMatchObject({ ok: true });
  await switchPlugin(shop, loyalty, true, "merchant");
  expect(has(await registryFor(shop))).toEqual([true, true, true, true]);
});

test("switching a plugin evaluates the segments that use its attributes again, and no others", async () => {
  await savedSegment(shop, { name: "Buyers", query: "number_of_orders > 0" }, registry);
  const gold = await savedSegment(
    shop,
    { name: "Gold", query: "number_of_orders > 0 AND loyalty_tier = 'GOLD'" },
    registry,
  );
  const jobs = () =>
    shop.db.tx((tx) =>
      tx.rows<{ name: string; segment: string | null }>(sql`
        select name, data ->> 'segment' as segment from pgboss.job where data ->> 'shop' = ${shop.id} order by 1, 2`),
    );
  await shop.db.tx((tx) => tx.run(sql`delete from pgboss.job where data ->> 'shop' = ${shop.id}`));
  await switchPlugin(shop, loyalty, false, "merchant");
  expect(await jobs()).toEqual([
    { name: "offers.publish", segment: null },
    { name: "segments.evaluate", segment: gold },
  ]);
  const engine = await registryFor(shop);
  await evaluateSegment(shop, gold, engine, async () => undefined);
  const faultOf = async () =>
    (
      await shop.db.tx((tx) =>
        tx.rows<{ fault: string | null }>(
          sql`select fault from segment_figures where shop_id = ${shop.id} and segment_id = ${gold}`,
        ),
      )
    )[0]?.fault;
  expect(await faultOf()).toContain("loyalty_tier");
  await switchPlugin(shop, loyalty, true, "merchant");
  await evaluateSegment(shop, gold, await registryFor(shop), async () => undefined);
  expect(await faultOf()).toBeNull();
});

// ---------------------------------------------------------------- a toy

/** A plugin as its author would write it: its own folder, and nothing but the contract. */
const toy = definePlugin({
  name: "toy",
  contract: 1,
  label: "toy.label",
  description: "toy.text",
  settings: { greeting: field.text("toy.greeting", { optional: true }) },
  attributes: {
    toy_letter: {
      label: "toy.letter",
      type: "string",
      sql: () => sql`upper(left(c.first_name, 1))`,
      reads: ["profile"],
    },
  },
  questionKinds: {
    yes_no: defineQuestionKind({
      label: "toy.yes_no",
      settings: { yes: field.text("toy.yes", { initial: "Yes" }) },
      shape: ({ yes }, { choices }) => ({
        shape: "choice",
        multiple: false,
        choices: [
          { value: "yes", label: choices[0] || yes },
          { value: "no", label: choices[1] || "No" },
        ],
      }),
      check: ([value]) =>
        value === "yes" || value === "no"
          ? { ok: true, values: [{ text: value, number: value === "yes" ? "1" : "0" }] }
          : { ok: false, fault: { key: "toy.neither" } },
      measure: "shares",
    }),
  },
  cards: {
    toy_names: {
      label: "toy.card",
      place: "home",
      async resolve({ shop: of }) {
        const [row] = await of.db.tx((tx: Tx) =>
          tx.rows<{ count: string }>(sql`select count(*) from customer where shop_id = ${of.id}`),
        );
        return { shape: "figure", value: row?.count ?? "0", unit: "count", before: null };
      },
    },
  },
});
const withToy = assemble([...registry.plugins, toy]);

const yesNo = (kind = "yes_no"): SurveyDraft => ({
  ...blank,
  name: "Toy",
  handle: "toy",
  questions: [
    {
      handle: "again",
      kind,
      optional: false,
      settings: {},
      words: { en: { label: "Again?", choices: [], low: "", high: "" } },
    },
    {
      handle: "why",
      kind: "text",
      optional: true,
      settings: {},
      words: { en: { label: "Why?", choices: [], low: "", high: "" } },
    },
  ],
});

test("a second plugin works by its folder and its line alone: attribute, question kind, card, switch", async () => {
  await addCustomers(shop, "7", "8");
  await shop.db.tx((tx) =>
    tx.run(sql`update customer set first_name = 'asha' where shop_id = ${shop.id} and id = '7'`),
  );
  expect(await selected(shop, "toy_letter = 'A'", withToy)).toEqual(["7"]);
  expect(viewKinds(withToy.questionKinds).at(-1)).toMatchObject({
    name: "yes_no",
    label: "toy.yes_no",
    fields: { yes: { input: "text", label: "toy.yes", initial: "Yes" } },
  });
  const survey = await savedSurvey(shop, null, yesNo(), withToy.questionKinds);
  await setSurveyState(shop, survey, "active", { actor: "merchant" });
  const held = await readSurvey(shop, survey);
  if (!held) throw new Error("the survey is there");
  expect(askSurvey(held, "en", withToy.questionKinds).questions[0]).toMatchObject({
    shape: "choice",
    choices: [{ label: "Yes" }, { label: "No" }],
  });
  const who = { surface: "storefront", orderClaim: null, customerId: "7", anonymousId: null } as const;
  const sent = { survey, version: 1, locale: "en", answers: [{ question: "again", values: ["yes"] }] };
  expect(await submitAnswers(shop, sent, who, withToy.questionKinds)).toMatchObject({ ok: true });
  const results = await readResults(shop, held);
  expect(results.questions[0]?.bars).toMatchObject([{ value: "yes", count: 1 }]);
  expect(await selected(shop, "survey_answer MATCHES (survey = 'toy', value = 1)", withToy)).toEqual(["7"]);
  expect(await drawCards(shop, withToy, "home", null)).toContainEqual({
    name: "toy_names",
    label: "toy.card",
    content: { shape: "figure", value: "2", unit: "count", before: null },
  });
  expect(await compareAnswers(shop, ({ nps }) => nps)).toEqual({ value: null, before: null });
  await switchPlugin(shop, toy, false, "merchant");
  const without = await registryOf(shop, withToy);
  expect(viewKinds(without.questionKinds).map(({ name }) => name)).not.toContain("yes_no");
  expect((await drawCards(shop, without, "home", null)).map(({ name }) => name)).not.toContain("toy_names");
  expect(askSurvey(held, "en", without.questionKinds).questions.map(({ handle }) => handle)).toEqual(["why"]);
});

// ---------------------------------------------------------------- those that fail

const health = async (plugins: readonly Plugin[]) =>
  Object.fromEntries(
    (await listPlugins(shop, plugins)).map(({ name, failures, fault }) => [name, { failures, fault }]),
  );

const broken = (name: string, resolve: () => Promise<never>) =>
  definePlugin({
    name,
    contract: 1,
    label: "x.label",
    description: "x.text",
    cards: { [`${name}_card`]: { label: "x.card", place: "home", resolve } },
  });

test("cards that throw or hang are marked, and the others are drawn in time", async () => {
  const throwing = broken("throwing", () => {
    throw new Error("no such luck\0");
  });
  const hanging = broken("hanging", () => new Promise<never>(() => undefined));
  const all = assemble([throwing, hanging, toy]);
  expect((await drawCards(shop, all, "home", null)).map(({ name }) => name)).toEqual(["toy_names"]);
  expect(await health(all.plugins)).toEqual({
    throwing: {
      failures: 1,
      fault: expect.stringMatching(/^card throwing_card: Error at test\/flows\/plugins\/plugins\.test\.ts:\d+$/),
    },
    hanging: {
      failures: 1,
      fault: expect.stringMatching(/^card hanging_card: no answer within 2 s at test\//) as string,
    },
    toy: { failures: 0, fault: null },
  });
  await switchPlugin(shop, throwing, true, "merchant");
  expect(await health([throwing])).toEqual({ throwing: { failures: 0, fault: null } });
});

test("each failure is counted, and what a handler does after its time limit marks nothing more", async () => {
  const late = () => new Promise<never>((_, reject) => setTimeout(() => reject(new Error("too late")), 40));
  for (let times = 0; times < 3; times += 1)
    expect(await runGuarded(shop, "slow", "orders/create", late, 5)).toEqual({ ok: false });
  expect(await runGuarded(shop, "slow", "orders/create", async () => "done")).toEqual({ ok: true, value: "done" });
  await new Promise((resolve) => setTimeout(resolve, 80));
  const state = await shop.db.tx((tx) =>
    tx.rows(sql`select failures, fault from plugin_health where shop_id = ${shop.id} and plugin = 'slow'`),
  );
  expect(state).toEqual([{ failures: 3, fault: "orders/create: no answer within 0.005 s" }]);
});

test("a question kind that fails is left out and its plugin marked; the other questions are asked and answered", async () => {
  let fails = false;
  const shaky = definePlugin({
    name: "shaky",
    contract: 1,
    label: "x.label",
    description: "x.text",
    questionKinds: {
      shaky: {
        label: "x.kind",
        settings: {},
        measure: "text",
        shape: () => {
          if (fails) throw new Error("no shape");
          return { shape: "text", maxLength: 10 };
        },
        check: () => {
          throw new Error("no check");
        },
      },
    },
  });
  const whole = assemble([...registry.plugins, shaky]);
  const survey = await savedSurvey(shop, null, yesNo("shaky"), whole.questionKinds);
  await setSurveyState(shop, survey, "active", { actor: "merchant" });
  const held = await readSurvey(shop, survey);
  if (!held) throw new Error("the survey is there");
  fails = true;
  const { questionKinds } = await registryOf(shop, whole);
  expect(askSurvey(held, "en", questionKinds).questions.map(({ handle }) => handle)).toEqual(["why"]);
  const who = { surface: "storefront", orderClaim: null, customerId: "7", anonymousId: null } as const;
  const answer = (question: string) =>
    submitAnswers(
      shop,
      { survey, version: 1, locale: "en", answers: [{ question, values: ["Good"] }] },
      who,
      questionKinds,
    );
  expect(await answer("again")).toMatchObject({ ok: false, faults: [{ key: "answer.kind_failed", field: "again" }] });
  expect(await answer("why")).toMatchObject({ ok: true, recorded: 1 });
  await vi.waitFor(async () => expect(await health([shaky])).toMatchObject({ shaky: { failures: 2 } }), {
    timeout: 60_000,
  });
});

test("an offer kind that throws is marked; a kind that refuses the merchant's settings is not", async () => {
  const content = { shape: "message", href: null } as const;
  const moody = definePlugin({
    name: "moody",
    contract: 1,
    label: "x.label",
    description: "x.text",
    offerKinds: {
      moody: defineOfferKind({
        label: "x.kind",
        settings: { mood: field.text("x.mood") },
        resolve: (_context, { mood }) => {
          if (mood === "bad") throw new Error("not today");
          return { content, discount: null };
        },
      }),
    },
  });
  const { offerKinds } = await registryOf(shop, assemble([...registry.plugins, moody]));
  const resolve = (kind: string, settings: Record<string, string>) =>
    resolveOffer(shop, offerKinds, { kind, settings });
  expect(await resolve("moody", { mood: "good" })).toEqual({ ok: true, content, discount: null });
  expect(await resolve("moody", { mood: "bad" })).toMatchObject({ ok: false });
  expect(await resolve("percentage", { percent: "10", how: "code", code: "" })).toMatchObject({ ok: false });
  expect(await health([moody, ...registry.plugins])).toMatchObject({
    moody: { failures: 1, fault: expect.stringContaining("offer moody: Error at ") },
    "offer-kinds": { failures: 0 },
  });
});

test("an attribute that throws, or whose SQL fails, pauses its own segments only", async () => {
  const attribute = (make: () => ReturnType<typeof sql>) =>
    ({ label: "x", type: "string", sql: make, reads: ["profile"] }) as const;
  const wild = definePlugin({
    name: "wild",
    contract: 1,
    label: "x.label",
    description: "x.text",
    attributes: {
      wild_throw: attribute(() => {
        throw new Error("no sql");
      }),
      wild_nonsense: attribute(() => sql`c.no_such_column`),
    },
  });
  const engine = assemble([...registry.plugins, wild]);
  await addCustomers(shop, "7");
  const segments: Record<string, string> = {};
  for (const query of ["wild_throw = 'a'", "wild_nonsense = 'a'", "number_of_orders = 0"]) {
    segments[query] = await savedSegment(shop, { name: query, query }, engine);
    await evaluateSegment(shop, segments[query] ?? "", engine, async () => undefined);
  }
  await addCustomers(shop, "8");
  const changes: Changes = new Map([["8", new Map([["profile" as const, [{ cause: "test", at: null }] as [Cause]]])]]);
  const moves = await shop.db.tx((tx) => refreshMembership(shop, tx, changes, engine));
  expect(moves).toEqual([
    {
      segment: segments["number_of_orders = 0"],
      version: 1,
      customer: "8",
      entered: true,
      at: shop.now(),
      cause: "test",
    },
  ]);
  const faults = await shop.db.tx((tx) =>
    tx.rows(sql`select s.query, f.fault from segment s ${figures} where s.shop_id = ${shop.id} order by s.query`),
  );
  expect(faults).toEqual([
    { query: "number_of_orders = 0", fault: null },
    { query: "wild_nonsense = 'a'", fault: "failed" },
    { query: "wild_throw = 'a'", fault: "failed" },
  ]);
});
