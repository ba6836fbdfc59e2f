// The locale key for why a customer entered or left a segment.

const KINDS = ["order", "refund", "survey", "consent", "tags", "customer", "product"];
const OWN: Record<string, string> = {
  saved: "saved",
  time: "time",
  "joined shop": "joined_shop",
  config: "config",
  import: "import",
  archived: "archived",
  "offer seen": "offer",
};

/** A cause is one of the words in `OWN`, or an event's id, which begins with one of `KINDS`. */
export function causeKey(cause: string): string {
  const [kind = ""] = cause.split("/");
  return OWN[cause] ?? (KINDS.includes(kind) ? kind : "other");
}
