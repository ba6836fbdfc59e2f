import type { ConsentRow } from "../../../../customers/facts/entities.ts";
import { note, type Body } from "../../../body.ts";
import { momentOf, shortTextOf, wordOf } from "./fields.ts";

const STATES = new Set(["SUBSCRIBED", "PENDING", "NOT_SUBSCRIBED", "INVALID", "UNSUBSCRIBED", "REDACTED"]);

type Told = {
  customerId: string;
  channel: ConsentRow["channel"];
  consent: Body;
  names: { state: string; optInLevel: string; source: string; at: string };
  /** How we learned of it, where it does not say itself. */
  source: string;
  /** Stands for a date that is not told or cannot be read. */
  fallback: string;
};

/** In webhooks. */
export const REST = {
  state: "state",
  optInLevel: "opt_in_level",
  source: "consent_collected_from",
  at: "consent_updated_at",
};

/** A state that cannot be read is none that grants anything. */
export function readConsentOf({ customerId, channel, consent, names, source, fallback }: Told): ConsentRow {
  const word = wordOf(consent, names.state);
  // CustomerMarketingConsentState says NEVER_SUBSCRIBED where the segment language and webhooks say NOT_SUBSCRIBED.
  const told = word === "NEVER_SUBSCRIBED" ? "NOT_SUBSCRIBED" : word;
  if (told !== null && !STATES.has(told)) note(consent, names.state);
  const at = momentOf(consent, names.at);
  return {
    customerId,
    channel,
    state: told !== null && STATES.has(told) ? told : "NOT_SUBSCRIBED",
    optInLevel: wordOf(consent, names.optInLevel),
    source: shortTextOf(consent, names.source) ?? source,
    at: at ?? fallback,
    dated: at !== null,
  };
}

/**
 * The consent within a whole customer. Who is not subscribed and has no date never decided, as far as this copy knows. It is
 * dated one second back, so that a decision of the same second counts: Shopify writes no more than seconds. A date that is
 * there and cannot be read is of a decision, which is then as new as this copy.
 */
export function readStanding(told: Told & { seenAt: string }): ConsentRow {
  const isDecided = Boolean(told.consent.fields[told.names.at]);
  const row = readConsentOf(isDecided ? { ...told, fallback: told.seenAt } : told);
  const isOpen = row.state === "NOT_SUBSCRIBED" && !isDecided;
  return isOpen ? { ...row, at: new Date(Date.parse(row.at) - SECOND_MS).toISOString() } : row;
}

const SECOND_MS = 1000;
