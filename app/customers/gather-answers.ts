import type { TimelineEntry } from "./timeline.server.ts";

const responseOf = ({ id, kind, data }: TimelineEntry): string =>
  kind === "survey.answered" && typeof data["response"] === "string" ? `response ${data["response"]}` : id;

/** The answers of one response stand in one entry, oldest first, at the place of the newest. Another entry has no answers. */
export function gatherAnswers(entries: TimelineEntry[]): { entry: TimelineEntry; answers: TimelineEntry[] }[] {
  return [...Map.groupBy(entries, responseOf).values()].flatMap((group) => {
    const [entry] = group;
    return entry ? [{ entry, answers: entry.kind === "survey.answered" ? group.toReversed() : [] }] : [];
  });
}
