// Values from the shop's own rows, and the URL under which the editor asks for them.
import { withoutInvisible } from "../../invisible.ts";
import { storable } from "../../storable.ts";

/** The attribute or parameter that needs a value. `given`: the same function's other parameters that the query sets by =. */
export type ValueQuestion = { attribute: string; parameter?: string; given?: Record<string, string> };
/**
 * `text`: the literal as a query writes it. `title`: a name for a value that is only an id or a code. `customers`: the number
 * of customers with the value, where known.
 */
export type OfferedValue = { text: string; title?: string; customers?: number };

const GIVEN = "given.";

export function addressOf({ attribute, parameter, given = {} }: ValueQuestion, search: string): string {
  const asked = new URLSearchParams({ attribute, search, ...(parameter === undefined ? {} : { parameter }) });
  for (const [name, value] of Object.entries(given)) asked.set(`${GIVEN}${name}`, value);
  return `/app/segments/values?${asked}`;
}

/** Reads the question back from the URL's search parameters. */
export function questionIn(asked: URLSearchParams): Required<ValueQuestion> & { search: string } {
  const given = [...asked].flatMap(([name, value]) =>
    name.startsWith(GIVEN) ? [[name.slice(GIVEN.length), clean(value)] as const] : [],
  );
  return {
    attribute: asked.get("attribute") ?? "",
    parameter: asked.get("parameter") ?? "",
    given: Object.fromEntries(given),
    search: clean(asked.get("search") ?? "")
      .normalize("NFC")
      .trim()
      .toLowerCase(),
  };
}

const MAX_TEXT = 255;
const clean = (text: string) => withoutInvisible(storable(text)).slice(0, MAX_TEXT);
