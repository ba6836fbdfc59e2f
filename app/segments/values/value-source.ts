// Values that only the shop's own rows know, and how the editor asks for them.

import { withoutInvisible } from "../../invisible.ts";

/** What a value is wanted for; `given` are the other parameters of the same function that are settled by =. */
export type ValueQuestion = { attribute: string; parameter?: string; given?: Record<string, string> };
/**
 * `text` as a query says it, quoted where it must be; `title` where that alone tells a person nothing; `customers` how many
 * have it, where that is known.
 */
export type OfferedValue = { text: string; title?: string; customers?: number };

const GIVEN = "given.";

export function addressOf({ attribute, parameter, given = {} }: ValueQuestion, search: string): string {
  const asked = new URLSearchParams({ attribute, search, ...(parameter === undefined ? {} : { parameter }) });
  for (const [name, value] of Object.entries(given)) asked.set(`${GIVEN}${name}`, value);
  return `/app/segments/values?${asked}`;
}

/** What such an address asks for. */
export function questionIn(asked: URLSearchParams): Required<ValueQuestion> & { search: string } {
  const given = [...asked].flatMap(([name, value]) =>
    name.startsWith(GIVEN) ? [[name.slice(GIVEN.length), clean(value)] as const] : [],
  );
  return {
    attribute: asked.get("attribute") ?? "",
    parameter: asked.get("parameter") ?? "",
    given: Object.fromEntries(given),
    search: clean(asked.get("search") ?? "")
      .trim()
      .toLowerCase(),
  };
}

const MAX_TEXT = 255;
const clean = (text: string) => withoutInvisible(text.replaceAll("\u0000", "")).slice(0, MAX_TEXT);
