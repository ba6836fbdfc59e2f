// The status of a survey agrees with whether shoppers can be asked.
import { beforeEach, expect, test } from "vitest";
import { sql } from "../../../app/db.server.ts";
import { registry, registryFor } from "../../../app/plugins/installed.server.ts";
import { questionKinds as plugin } from "../../../app/plugins/question-kinds/plugin.server.ts";
import { switchPlugin } from "../../../app/plugins/state.server.ts";
import { noteBlockSeen, savePlacements } from "../../../app/shopify/blocks.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { evaluateSegment } from "../../../app/segments/memberships/build.server.ts";

import { readSeenAs, surveysAttention } from "../../../app/surveys/attention.server.ts";
import { blank, templates } from "../../../app/surveys/editor/templates.ts";
import { listSurveys, surveyOn } from "../../../app/surveys/survey.server.ts";
import { setSurveyState } from "../../../app/surveys/definition/survey-state.server.ts";
import { savedSurvey, savedSegment } from "../../setup/definitions.ts";
import type { SurveyDraft } from "../../../app/surveys/survey.ts";
import { newShop, openAt } from "../new-shop.ts";

let shop: Shop;
let minutes = 0;

beforeEach(async () => {
  shop = await newShop();
});

/** Publishes surveys a minute apart. The newest is asked. */
async function ask(name: string, change: Partial<SurveyDraft> = {}): Promise<string> {
  const later = await openAt(shop.id, new Date(Date.parse("2026-11-22T12:00:00Z") + (minutes += 1) * 60_000));
  const own = { name, handle: name.toLowerCase(), placements: ["thank_you" as const] };
  const draft = { ...blank, ...templates["nps"], ...own, ...change };
  const id = await savedSurvey(later, null, draft, registry.questionKinds);
  await setSurveyState(later, id, "active", { actor: "merchant" });
  return id;
}
const kinds = async () => (await registryFor(shop)).questionKinds;
const seen = async (id: string) => (await readSeenAs(shop, await kinds(), await listSurveys(shop))).get(id);
const said = async () =>
  (await surveysAttention(shop, await kinds())).map(({ key, about, parameters }) => [key, about?.name, parameters]);

test("a survey is active once its block is in the checkout, as the admin or a page with the block reports", async () => {
  const id = await ask("Nps");
  expect(await seen(id)).toBe("started");
  expect(await said()).toEqual([]);
  await savePlacements(shop, { thank_you: [] });
  expect(await seen(id)).toBe("not_asked");
  expect(await surveysAttention(shop, await kinds())).toMatchObject([
    {
      key: "surveys.attention.no_block.thank_you",
      tone: "critical",
      mend: { url: expect.stringContaining("/admin/settings/checkout/editor") },
    },
  ]);
  await noteBlockSeen(await openAt(shop.id, new Date("2026-11-22T12:00:01Z")), "thank_you");
  expect(await seen(id)).toBe("active");
  expect(await said()).toEqual([]);
  await savePlacements(await openAt(shop.id, new Date("2026-11-22T12:00:02Z")), { thank_you: ["thank_you"] });
  expect(await seen(id)).toBe("active");
  await setSurveyState(shop, id, "ended", { actor: "merchant" });
  expect(await seen(id)).toBe("ended");
});

test("a survey that only one of its placements asks is active, and its page names the other placement", async () => {
  await savePlacements(shop, { thank_you: ["thank_you"], survey: [] });
  const id = await ask("Both", { placements: ["thank_you", "storefront"] });
  expect(await seen(id)).toBe("active");
  expect(await surveysAttention(shop, await kinds())).toMatchObject([
    { key: "surveys.attention.no_block.storefront", tone: "warning" },
  ]);
});

test("of two surveys for one placement the later one is asked, and the page of the other says so", async () => {
  await savePlacements(shop, { thank_you: ["thank_you"], survey: ["home"] });
  const older = await ask("Older", { placements: ["thank_you", "storefront"] });
  const newer = await ask("Newer", { placements: ["thank_you"] });
  expect((await surveyOn(shop, "thank_you", null))?.id).toBe(newer);
  expect([await seen(older), await seen(newer)]).toEqual(["active", "active"]);
  expect(await said()).toEqual([["surveys.attention.outdone.thank_you", "Older", { other: "Newer" }]]);
  const [outdone] = await surveysAttention(shop, await kinds());
  expect(outdone?.mend).toEqual({ label: "surveys.attention.open_other", url: `/app/surveys/${newer}` });
  const newest = await ask("Newest", { placements: ["storefront"] });
  expect((await surveyOn(shop, "storefront", null))?.id).toBe(newest);
  expect(await seen(older)).toBe("not_asked");
  expect(await said()).toContainEqual(["surveys.attention.outdone.storefront", "Older", { other: "Newest" }]);
});

test("a survey for a segment is not asked in the storefront, and on the thank-you page only of the segment's members", async () => {
  await savePlacements(shop, { thank_you: ["thank_you"], survey: ["home"] });
  const segmentId = await savedSegment(shop, { name: "Nobody", query: "number_of_orders > 99" }, registry);
  await evaluateSegment(shop, segmentId, registry, async () => undefined);
  const all = await ask("All");
  const some = await ask("Some", { placements: ["storefront"], segmentId });
  expect(await seen(some)).toBe("not_asked");
  expect(await said()).toEqual([
    ["surveys.attention.segment_in_storefront", "Some", undefined],
    ["surveys.attention.nobody", "Some", undefined],
  ]);
  const nobody = (await surveysAttention(shop, await kinds())).find(({ key }) => key === "surveys.attention.nobody");
  expect(nobody?.mend.url).toBe(`/app/segments/${segmentId}`);
  const members = await ask("Members", { segmentId });
  expect([await seen(all), await seen(members)]).toEqual(["active", "active"]);
  expect(await said()).toContainEqual([
    ...["surveys.attention.outdone_for_some", "All", { other: "Members", segment: "Nobody" }],
  ]);
});

test("a survey whose kinds of questions are all switched off is not asked", async () => {
  await savePlacements(shop, { thank_you: ["thank_you"] });
  const id = await ask("Nps");
  await switchPlugin(shop, plugin, false, "merchant");
  expect(await seen(id)).toBe("not_asked");
  expect(await said()).toEqual([["surveys.attention.mute", "Nps", undefined]]);
});

test("a storefront survey that the store has not got is not asked, and its page shows since when", async () => {
  await savePlacements(shop, { survey: ["home"] });
  const id = await ask("Nps", { placements: ["storefront"] });
  expect(await seen(id)).toBe("active");
  await shop.db.tx((tx) =>
    tx.run(sql`update pgboss.job set state = 'retry', created_on = now() - interval '10 minutes',
      start_after = now() - interval '9 minutes' where name = 'surveys.publish' and singleton_key = ${shop.id}`),
  );
  expect(await seen(id)).toBe("not_asked");
  const [stuck] = await surveysAttention(shop, await kinds());
  expect(stuck).toMatchObject({ key: "surveys.attention.not_published", tone: "critical" });
  expect(Date.now() - Number(stuck?.since)).toBeGreaterThan(500_000);
});
