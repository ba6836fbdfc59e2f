// What is wrong with this shop's surveys right now. One more entry: one more function in `LOOKS`.
import type { Attention } from "../attention.ts";
import type { Shop } from "../shop.server.ts";
import { listSurveys, type SurveyLine } from "./survey.server.ts";
import type { Surface } from "./survey.ts";

/** What one survey's look is told; `all` are those that are being asked, the newest first. */
type Look = (survey: SurveyLine, all: SurveyLine[]) => Omit<Attention, "about"> | null;

const mendOf = ({ id }: SurveyLine) => ({ label: "surveys.attention.open", url: `/app/surveys/${id}` });

/** One survey a place: the one that was saved last is asked, of everyone whom it is for. */
const outdone: Look = (survey, all) => {
  const newer = all.slice(0, all.indexOf(survey));
  const by = (place: Surface) => newer.find((one) => one.placements.includes(place) && one.segmentId === null);
  const place = survey.placements.find(by);
  const other = place && by(place);
  if (!other) return null;
  const parameters = { other: other.name };
  return { key: `surveys.attention.outdone.${place}`, parameters, tone: "warning", mend: mendOf(survey), since: null };
};

/** Nobody is known in the storefront: a survey for a segment is not published there. */
const segmentInStorefront: Look = (survey) =>
  survey.segmentId !== null && survey.placements.includes("storefront")
    ? { key: "surveys.attention.segment_in_storefront", tone: "warning", mend: mendOf(survey), since: null }
    : null;

const LOOKS: Look[] = [outdone, segmentInStorefront];

/** Of surveys that are being asked. */
export async function surveysAttention(shop: Shop): Promise<Attention[]> {
  const surveys = (await listSurveys(shop)).filter(({ state }) => state === "active");
  return surveys.flatMap((survey) =>
    LOOKS.flatMap((look) => {
      const found = look(survey, surveys);
      return found ? [{ ...found, about: { id: survey.id, name: survey.name } }] : [];
    }),
  );
}
