// Why a webhook or a row of the history is held up: a locale key and its parameters. Stored as JSON in the inbox's `reason`.

export type Fault = { key: string; parameters: Record<string, string> };

const MAX_NAMED = 10;

/** The reason of a row that was applied without these fields. */
export function noteReason(fields: readonly string[]): Fault {
  const named = fields.slice(0, MAX_NAMED).join(", ");
  return { key: "sync.noted.reason", parameters: { fields: fields.length > MAX_NAMED ? `${named}, …` : named } };
}

/** Reads a stored reason. */
export function readReason(reason: string | null): Fault {
  try {
    return JSON.parse(reason ?? "") as Fault;
  } catch {
    return { key: "sync.poison.reason.failed", parameters: {} };
  }
}
