import { addressOf, type OfferedValue, type ValueQuestion } from "../value-source.ts";

/** This shop's values, in the browser; App Bridge adds the session's token. */
export async function askForValues(asked: ValueQuestion, search: string): Promise<OfferedValue[]> {
  const reply = await fetch(addressOf(asked, search));
  if (!reply.ok) return [];
  return (await reply.json()) as OfferedValue[];
}
