// Why a customer entered a segment or left it, as a key of the words for it.

const KINDS = ["order", "refund", "survey", "consent", "tags", "customer", "product"];
const OWN: Record<string, string> = {
  saved: "saved",
  time: "time",
  "joined shop": "joined_shop",
  config: "config",
  import: "import",
  archived: "archived",
};

/** A cause is an event's id, which begins with what the event is about, or a word of its own. */
export function causeKey(cause: string): string {
  const [kind = ""] = cause.split("/");
  return OWN[cause] ?? (KINDS.includes(kind) ? kind : "other");
}
