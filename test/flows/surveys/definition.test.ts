// A survey's definition: its changes, its short name, and numbers as an editor sends them.
import { beforeEach, expect, test } from "vitest";
import { sql } from "../../../app/db.server.ts";
import { field } from "../../../app/fields.ts";
import { registry } from "../../../app/plugins/installed.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { saveSurvey } from "../../../app/surveys/definition/save-survey.server.ts";
import { deleteSurvey, setSurveyState } from "../../../app/surveys/definition/survey-state.server.ts";
import { actOnSurvey } from "../../../app/surveys/editor/editing.server.ts";
import { blank, templates } from "../../../app/surveys/editor/templates.ts";
import { readSurvey } from "../../../app/surveys/survey.server.ts";
import type { SurveyDraft } from "../../../app/surveys/survey.ts";
import { done, faultsIn, savedSurvey } from "../../setup/definitions.ts";
import { newShop } from "../new-shop.ts";

const kinds = registry.questionKinds;
const DRAFT = { ...blank, ...templates["nps"], name: "Mine" } as SurveyDraft;
let shop: Shop;

beforeEach(async () => {
  shop = await newShop();
});

test("each change is audited with its actor, the version and the parts that changed", async () => {
  const id = await savedSurvey(shop, null, DRAFT, kinds);
  done(await setSurveyState(shop, id, "active", { actor: "staff:7" }));
  const [score, why] = DRAFT.questions;
  if (!score || !why) throw new Error("the template has two questions");
  const en = { label: "Reworded", choices: [], low: "", high: "" };
  const reworded = { ...DRAFT, name: "Ours", questions: [{ ...score, words: { en } }, why] };
  done(await saveSurvey(shop, id, reworded, { kinds, actor: "plugin:loyalty" }));
  done(await setSurveyState(shop, id, "ended", { actor: "staff:7" }));
  done(await deleteSurvey(shop, id, { actor: "staff:8" }));
  const rows = await shop.db.tx((tx) =>
    tx.rows(sql`select actor, action, version, changed from audit
      where shop_id = ${shop.id} and subject_kind = 'survey' and subject_id = ${id} order by id`),
  );
  expect(rows).toEqual([
    { actor: "merchant", action: "created", version: 1, changed: [] },
    { actor: "staff:7", action: "published", version: 1, changed: [] },
    { actor: "plugin:loyalty", action: "saved", version: 2, changed: ["name", "questions"] },
    { actor: "staff:7", action: "ended", version: 2, changed: [] },
    { actor: "staff:8", action: "deleted", version: 2, changed: [] },
  ]);
});

test("a save that expects another edition than the stored one changes nothing and is not audited", async () => {
  const id = await savedSurvey(shop, null, DRAFT, kinds);
  const expectedVersion = (await readSurvey(shop, id))?.edition;
  const rename = (name: string) =>
    saveSurvey(shop, id, { ...DRAFT, name }, { kinds, actor: "staff:7", expectedVersion });
  done(await rename("First"));
  expect(faultsIn(await rename("Second"))).toEqual({ form: "app.edit.stale" });
  expect(await readSurvey(shop, id)).toMatchObject({ name: "First", handle: DRAFT.handle });
  const rows = await shop.db.tx((tx) => tx.rows(sql`select action from audit where shop_id = ${shop.id}`));
  expect(rows).toHaveLength(2);
});

test("a number with a decimal comma of the editor's language is stored with a decimal point", async () => {
  const scale = { ...kinds["nps"], settings: { step: field.money("step") } } as (typeof kinds)[string];
  const [question] = DRAFT.questions;
  if (!question) throw new Error("the template has a question");
  const sent = { ...DRAFT, questions: [{ ...question, kind: "scale", settings: { step: "1.234,5" } }] };
  const form = { intent: "save", draft: JSON.stringify(sent), locale: "de" };
  const made = done(await actOnSurvey(shop, null, form, { kinds: { ...kinds, scale }, actor: "merchant" }));
  const survey = await readSurvey(shop, made.next?.split("/").at(-1) ?? "");
  expect(survey?.questions[0]?.settings).toEqual({ step: "1234.5" });
});

test("of surveys that are saved at once with one short name, one gets it and the others are refused", async () => {
  const drafts = ["one", "two", "three", "four"].map((handle) => ({ ...DRAFT, handle }));
  const ids = await Promise.all(drafts.map((draft) => savedSurvey(shop, null, draft, kinds)));
  const outcomes = await Promise.all([
    ...ids.map((id) => saveSurvey(shop, id, { ...DRAFT, handle: "same" }, { kinds, actor: "merchant" })),
    saveSurvey(shop, null, { ...DRAFT, handle: "same" }, { kinds, actor: "merchant" }),
  ]);
  const refusals = outcomes.flatMap((outcome) => (outcome.ok ? [] : [faultsIn(outcome)]));
  expect(refusals).toEqual(Array.from({ length: 4 }, () => ({ handle: "surveys.fault.handle_taken" })));
});

test("a copy of a survey is a draft with the same questions, placements and segment, and a short name of its own", async () => {
  const id = await savedSurvey(shop, null, DRAFT, kinds);
  done(await setSurveyState(shop, id, "active", { actor: "merchant" }));
  const copy = async () => {
    const form = { intent: "duplicate", name: "Copy of Q" };
    const made = done(await actOnSurvey(shop, id, form, { kinds, actor: "staff:7" }));
    return readSurvey(shop, made.next?.split("/").at(-1) ?? "");
  };
  const { name: _, handle, ...same } = (await readSurvey(shop, id)) ?? DRAFT;
  const { placements, segmentId, questions, words } = same;
  const kept = { placements, segmentId, questions, words, name: "Copy of Q", state: "draft", version: 1 };
  expect(await copy()).toMatchObject({ ...kept, handle: `${handle}_2` });
  expect(await copy()).toMatchObject({ ...kept, handle: `${handle}_3` });
});
