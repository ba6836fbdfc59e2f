// What the sync page says of a webhook, or of a row of the history, that could not be read: a key of the locale files and its
// parameters, kept as JSON in the inbox's `reason`.

export type Fault = { key: string; parameters: Record<string, string> };

const MOST_NAMED = 10;

/** Stored, without these fields. */
export function noteReason(fields: readonly string[]): Fault {
  const named = fields.slice(0, MOST_NAMED).join(", ");
  return { key: "sync.noted.reason", parameters: { fields: fields.length > MOST_NAMED ? `${named}, …` : named } };
}

/** Of what was kept. */
export function readReason(reason: string | null): Fault {
  try {
    return JSON.parse(reason ?? "") as Fault;
  } catch {
    return { key: "sync.poison.reason.failed", parameters: {} };
  }
}
