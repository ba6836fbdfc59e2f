// Lists what is wrong with the shop's surveys at present. Each function in `LOOKS` finds one kind of problem.
import type { Attention } from "../attention.ts";
import { editorUrl, stands, type Blocks } from "../blocks.ts";
import { sql } from "../db.server.ts";
import { env } from "../env.server.ts";
import { stuckSince } from "../queue.server.ts";
import { readBlocks } from "../shopify/blocks.server.ts";
import { figures, memberCount } from "../segments/figures.server.ts";
import type { Shop } from "../shop.server.ts";
import type { QuestionKinds } from "./question-kind.ts";
import { blockOf, needsToKnow, replacedBy, seenAs, type SeenAs } from "./seen-as.ts";
import { listSurveys, type SurveyLine } from "./survey.server.ts";
import type { Surface } from "./survey.ts";
import type { Instant } from "../instant.ts";

type Audience = { id: string; name: string; count: number; evaluatedAt: Instant | null; fault: string | null };
type Seen = {
  survey: SurveyLine;
  /** The surveys that are being asked, newest first. */
  running: SurveyLine[];
  blocks: Blocks;
  /** The segments of all the shop's surveys, so that an entry can name the segment of the survey that is asked instead. */
  audiences: Audience[];
  kinds: QuestionKinds;
  shop: Shop;
};
type Entry = Omit<Attention, "about">;

type Look = (seen: Seen) => Entry[];

const entry = ({ survey }: Seen, key: string, tone: Entry["tone"], more: Partial<Entry> = {}): Entry => ({
  ...{ key: `surveys.attention.${key}`, tone, since: null },
  ...{ mend: { label: "surveys.attention.open", url: `/app/surveys/${survey.id}` }, ...more },
});

const outdone: Look = (seen) =>
  seen.survey.placements.flatMap((place) => {
    const other = replacedBy(seen.survey, place, seen.running);
    if (!other) return [];
    const mend = { label: "surveys.attention.open_other", url: `/app/surveys/${other.id}` };
    return [entry(seen, `outdone.${place}`, "warning", { parameters: { other: other.name }, mend })];
  });

/** A newer survey for a segment replaces the survey for the segment's members. */
const outdoneForSome: Look = (seen) => {
  const { survey, running, audiences } = seen;
  const newer = running.slice(0, running.indexOf(survey)).filter(({ placements }) => placements.includes("thank_you"));
  const other = newer.find(({ segmentId }) => segmentId !== null && segmentId !== survey.segmentId);
  if (!other || !survey.placements.includes("thank_you") || replacedBy(survey, "thank_you", running)) return [];
  const segment = audiences.find(({ id }) => id === other.segmentId)?.name ?? "";
  return [entry(seen, "outdone_for_some", "info", { parameters: { other: other.name, segment } })];
};

const segmentInStorefront: Look = (seen) =>
  seen.survey.placements.some((place) => needsToKnow(seen.survey, place))
    ? [entry(seen, "segment_in_storefront", "warning")]
    : [];

const blockMissing: Look = (seen) => {
  const { survey, running, blocks, shop } = seen;
  const asksThere = (place: Surface) => !needsToKnow(survey, place) && !replacedBy(survey, place, running);
  const places = survey.placements.filter(asksThere);
  const missing = places.filter((place) => stands(blockOf(place, blocks)) === false);
  const tone = missing.length === places.length ? "critical" : "warning";
  return missing.map((place) => {
    const block = place === "thank_you" ? "thank_you" : "survey";
    const url = editorUrl(shop.domain, env.SHOPIFY_API_KEY, block);
    return entry(seen, `no_block.${place}`, tone, { mend: { label: `surveys.place.${place}`, url } });
  });
};

const isMute = ({ questions }: SurveyLine, kinds: QuestionKinds): boolean =>
  questions.every(({ kind }) => !Object.hasOwn(kinds, kind));

const kindsOff: Look = (seen) => {
  const { survey, kinds } = seen;
  const off = survey.questions.filter(({ kind }) => !Object.hasOwn(kinds, kind)).length;
  if (off === 0) return [];
  const mend = { label: "surveys.attention.plugins", url: "/app/plugins" };
  return isMute(survey, kinds)
    ? [entry(seen, "mute", "critical", { mend })]
    : [entry(seen, "kinds_off", "warning", { mend, parameters: { count: off } })];
};

const audience: Look = (seen) => {
  const held = seen.audiences.find(({ id }) => id === seen.survey.segmentId);
  if (!held) return [];
  const mend = { label: "segments.attention.open", url: `/app/segments/${held.id}` };
  if (held.fault) return [entry(seen, "audience_stuck", "warning", { mend })];
  return held.evaluatedAt && held.count === 0 ? [entry(seen, "nobody", "info", { mend })] : [];
};

const LOOKS: Look[] = [outdone, outdoneForSome, segmentInStorefront, blockMissing, kindsOff, audience];

const runningOf = (surveys: SurveyLine[]): SurveyLine[] => surveys.filter(({ state }) => state === "active");

/** The entries of surveys that are being asked. */
export async function surveysAttention(shop: Shop, kinds: QuestionKinds): Promise<Attention[]> {
  const running = runningOf(await listSurveys(shop));
  const blocks = await readBlocks(shop);
  const audiences = await shop.db.tx((tx) =>
    tx.rows<Audience>(sql`
      select s.id, s.name, ${memberCount} as count, f.evaluated_at as "evaluatedAt", f.fault from segment s ${figures}
      where s.shop_id = ${shop.id} and s.id = any(${running.flatMap(({ segmentId }) => segmentId ?? [])}::text[])`),
  );
  const found: Attention[] = running.flatMap((survey) => {
    const about = { id: survey.id, name: survey.name };
    const seen = { survey, running, blocks, audiences, kinds, shop };
    return LOOKS.flatMap((look) => look(seen)).map((one) => ({ ...one, about }));
  });
  const since = await stuckSince("surveys.publish", { shop: shop.id });
  if (since === null) return found;
  const mend = { label: "surveys.attention.list", url: "/app/surveys" };
  return [...found, { key: "surveys.attention.not_published", about: null, tone: "critical", mend, since }];
}

/** The status of each survey, by the survey's id. */
export async function readSeenAs(
  shop: Shop,
  kinds: QuestionKinds,
  surveys: SurveyLine[],
): Promise<Map<string, SeenAs>> {
  const reported = await readBlocks(shop);
  // The theme's block can ask only the published surveys.
  const isStuck = (await stuckSince("surveys.publish", { shop: shop.id })) !== null;
  const blocks = isStuck ? { ...reported, survey: { places: [], reportedAt: null, seenAt: null } } : reported;
  const running = runningOf(surveys);
  return new Map(surveys.map((survey) => [survey.id, seenAs(survey, running, blocks, isMute(survey, kinds))]));
}
