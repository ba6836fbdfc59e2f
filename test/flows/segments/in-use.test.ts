// A segment that an offer or a survey uses cannot be archived, and an archived segment cannot be used, whichever comes first.
import { beforeEach, expect, test } from "vitest";
import { sql } from "../../../app/db.server.ts";
import { lockUntilCommit } from "../../../app/lock.server.ts";
import { saveOffer } from "../../../app/offers/definition/save-offer.server.ts";
import type { OfferTerms } from "../../../app/offers/offer.ts";
import { registry } from "../../../app/plugins/installed.server.ts";
import { archiveSegment } from "../../../app/segments/definition/archive-segment.server.ts";
import { evaluateSegment } from "../../../app/segments/memberships/build.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { saveSurvey } from "../../../app/surveys/definition/save-survey.server.ts";
import { blank, templates } from "../../../app/surveys/editor/templates.ts";
import type { SurveyDraft } from "../../../app/surveys/survey.ts";
import { faultsIn, savedSegment, savedSurvey } from "../../setup/definitions.ts";
import { hold, untilWaiting } from "../../setup/side-by-side.ts";
import { newShop } from "../new-shop.ts";

const kinds = registry.questionKinds;
const SURVEY = { ...blank, ...templates["nps"], name: "Mine" } as SurveyDraft;
let shop: Shop;
let segment: string;
let survey: string;

beforeEach(async () => {
  shop = await newShop();
  segment = await savedSegment(shop, { name: "Buyers", query: "number_of_orders >= 1" }, registry);
  await evaluateSegment(shop, segment, registry, async () => undefined);
  survey = await savedSurvey(shop, null, SURVEY, kinds);
});

const OFFER: Omit<OfferTerms, "segmentId"> = {
  kind: "percentage",
  name: "Thanks",
  settings: { percent: "10", how: "automatic" },
  words: { en: { title: "Thanks", text: "", action: "" } },
  placements: ["home"],
  holdout: 0,
  startsAt: new Date("2026-01-01T00:00:00Z"),
  endsAt: null,
};
const offerIt = () =>
  saveOffer(shop, registry, { ...OFFER, segmentId: segment }, { id: null, expectedVersion: null, actor: "merchant" });
const askIt = () => saveSurvey(shop, survey, { ...SURVEY, segmentId: segment }, { kinds, actor: "merchant" });
const archiveIt = () => archiveSegment(shop, { id: segment, actor: "merchant" });

/** Holds back the last step of the save, which has read the segment by then. */
const holdSave = {
  offer: () => hold(shop, (tx) => lockUntilCommit(tx, `offer handles ${shop.id}`)),
  survey: () => hold(shop, (tx) => tx.rows(sql`select from survey where shop_id = ${shop.id} for update`)),
};
const holdArchive = () => hold(shop, (tx) => tx.rows(sql`select from segment_figures where shop_id = ${shop.id} for update`)); // prettier-ignore

for (const [what, use, fault] of [
  ["offer", offerIt, { segment: "offers.fault.no_segment" }],
  ["survey", askIt, { segmentId: "surveys.fault.segment" }],
] as const) {
  test(`archiving a segment while the ${what} is saved for it is refused, because the segment is in use`, async () => {
    const release = await holdSave[what]();
    const using = use();
    await untilWaiting(1);
    const archiving = archiveIt();
    await untilWaiting(2);
    await release();
    expect(await using).toMatchObject({ ok: true });
    expect(faultsIn(await archiving)).toEqual({ form: "segments.refused.in_use" });
  });

  test(`saving the ${what} for a segment while the segment is archived is refused`, async () => {
    const release = await holdArchive();
    const archiving = archiveIt();
    await untilWaiting(1);
    const using = use();
    await untilWaiting(2);
    await release();
    expect(await archiving).toEqual({ ok: true });
    expect(faultsIn(await using)).toEqual(fault);
  });
}
