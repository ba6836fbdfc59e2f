// Values that only the shop's own rows know: which attributes and parameters have them, and how they are asked for.

/** What a value is wanted for; `given` are the other parameters of the same function that are settled by =. */
export type ValueQuestion = { attribute: string; parameter?: string; given?: Record<string, string> };
/** `text` as a query says it, quoted where it must be; `title` where that alone tells a person nothing. */
export type OfferedValue = { text: string; title?: string };

const SOURCES = [
  "customer_tags",
  "customer_cities",
  "customer_regions",
  "customer_countries",
  "customer_email_domain",
  "customer_language",
  "products_purchased.id",
  "products_purchased.tag",
  "survey_answer.survey",
  "survey_answer.question",
  "survey_answer.value",
] as const;
export type ValueSource = (typeof SOURCES)[number];

/** Parameters of survey_answer that narrow the values of its others. */
export const NARROWING = ["survey", "question"] as const;

export const sourceOf = ({ attribute, parameter }: ValueQuestion): ValueSource | undefined => {
  const name = parameter === undefined ? attribute : `${attribute}.${parameter}`;
  return SOURCES.find((source) => source === name);
};

export function addressOf({ attribute, parameter, given = {} }: ValueQuestion, search: string): string {
  const asked = new URLSearchParams({ attribute, search, ...(parameter === undefined ? {} : { parameter }) });
  for (const name of NARROWING) if (given[name] !== undefined) asked.set(name, given[name]);
  return `/app/segments/values?${asked}`;
}
