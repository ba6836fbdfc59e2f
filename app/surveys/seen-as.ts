// The status of a survey that the merchant sees: whether customers can be asked.
import { stands, type Block, type Blocks } from "../blocks.ts";
import type { Survey, Surface } from "./survey.ts";

/** `started`: the survey is published, and it is unknown whether a page shows it. `not_asked`: no page can show the survey. */
export type SeenAs = "draft" | "active" | "started" | "not_asked" | "ended";

type Judged = Pick<Survey, "id" | "state" | "placements" | "segmentId">;

export const blockOf = (place: Surface, { survey, thank_you }: Blocks): Block =>
  place === "thank_you" ? thank_you : survey;

/** A place asks one survey: the survey for everyone that was saved last. `running`: newest first. */
export const replacedBy = <One extends Judged>(survey: One, place: Surface, running: One[]): One | undefined =>
  running
    .slice(
      0,
      running.findIndex(({ id }) => id === survey.id),
    )
    .find(({ placements, segmentId }) => placements.includes(place) && segmentId === null);

export type TakenPlace<One> = { place: Surface; other: One };

/** The surveys that a place asks now and no longer asks once this survey is published or saved. `running`: newest first. */
export const takesPlaces = <One extends Judged>(survey: Omit<Judged, "state">, running: One[]): TakenPlace<One>[] =>
  survey.segmentId === null
    ? survey.placements.flatMap((place) =>
        running
          .filter((other) => other.id !== survey.id && other.placements.includes(place) && !needsToKnow(other, place))
          .filter((other) => !replacedBy(other, place, running))
          .map((other) => ({ place, other })),
      )
    : [];

/** The storefront does not know the customer, so a survey for a segment is not asked there. */
export const needsToKnow = ({ segmentId }: Judged, place: Surface): boolean =>
  segmentId !== null && place === "storefront";

/** Null: unknown. `mute`: none of the survey's questions can be asked. */
export function seenAs(survey: Judged, running: Judged[], blocks: Blocks, mute: boolean): SeenAs {
  if (survey.state !== "active") return survey.state;
  const places = survey.placements.filter(
    (place) => !needsToKnow(survey, place) && !replacedBy(survey, place, running),
  );
  const shown = mute ? [] : places.map((place) => stands(blockOf(place, blocks)));
  if (shown.includes(true)) return "active";
  return shown.includes(null) ? "started" : "not_asked";
}
