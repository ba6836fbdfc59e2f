import type { ConsentRow } from "../../../../customers/facts/entities.ts";
import { note, type Body } from "../../../reading/body.ts";
import { momentWithin, shortTextOf, wordOf } from "./fields.ts";

/** Shopify began in 2006. An earlier date of a consent was never set: 1970 is the zero of many systems. */
const EARLIEST = Date.UTC(2006, 0, 1);
/**
 * How far the clock that dates consents may be ahead of the clock that dates the copy. Within this, the consent has the date of the
 * copy, so that it hides no withdrawal that follows. A later date is not believed.
 */
const MAX_AHEAD_MS = 10 * 60_000;

const STATES = new Set(["SUBSCRIBED", "PENDING", "NOT_SUBSCRIBED", "INVALID", "UNSUBSCRIBED", "REDACTED"]);

type ConsentBody = {
  customerId: string;
  channel: ConsentRow["channel"];
  consent: Body;
  names: { state: string; optInLevel: string; source: string; at: string };
  /** The source of a consent that names no source itself. */
  source: string;
  /** The date of a consent whose own date is absent or unreadable. */
  fallback: string;
  /** When the platform made this copy, at the latest. A consent cannot be newer. */
  copiedAt: string;
};

/** Names of the fields in webhooks. */
export const REST = {
  state: "state",
  optInLevel: "opt_in_level",
  source: "consent_collected_from",
  at: "consent_updated_at",
};

/** A consent whose state cannot be read is NOT_SUBSCRIBED. */
export function readConsentOf({
  customerId,
  channel,
  consent,
  names,
  source,
  fallback,
  copiedAt,
}: ConsentBody): ConsentRow {
  const word = wordOf(consent, names.state);
  // CustomerMarketingConsentState says NEVER_SUBSCRIBED where the segment language and webhooks say NOT_SUBSCRIBED.
  const state = word === "NEVER_SUBSCRIBED" ? "NOT_SUBSCRIBED" : word;
  if (state !== null && !STATES.has(state)) note(consent, names.state);
  const at = momentWithin(consent, names.at, { earliest: EARLIEST, latest: Date.parse(copiedAt) + MAX_AHEAD_MS });
  return {
    customerId,
    channel,
    state: state !== null && STATES.has(state) ? state : "NOT_SUBSCRIBED",
    optInLevel: wordOf(consent, names.optInLevel),
    source: shortTextOf(consent, names.source) ?? source,
    at: at === null ? fallback : Date.parse(at) > Date.parse(copiedAt) ? copiedAt : at,
    dated: at !== null,
  };
}

/**
 * Reads a consent within a customer's body. A customer who is NOT_SUBSCRIBED without a date has not decided. Such a row is
 * dated one second earlier than the body, so that a decision in the same second wins: Shopify's dates have whole seconds. An
 * unreadable date belongs to a decision, which is dated `seenAt`.
 */
export function readCustomerConsent(body: ConsentBody & { seenAt: string }): ConsentRow {
  const isDecided = Boolean(body.consent.fields[body.names.at]);
  const row = readConsentOf(isDecided ? { ...body, fallback: body.seenAt } : body);
  const isOpen = row.state === "NOT_SUBSCRIBED" && !isDecided;
  return isOpen ? { ...row, at: new Date(Date.parse(row.at) - SECOND_MS).toISOString() } : row;
}

const SECOND_MS = 1000;
