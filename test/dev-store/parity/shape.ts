// Compares two answers: the same keys, the same types of values, and objects in the same places.

/** Fields that this store never has: fulfilments, taxes of a line, properties of a line, exemptions. */
const NEVER_HELD =
  /\.(fulfillments|localizedFields\.nodes|localizationExtensions\.nodes|taxLines|currentTaxLines|taxExemptions|metafields\.nodes|lineItems\.nodes\.\d+\.customAttributes)$/;

/** The differences, such as `order.lineItems.nodes.0.sku: string, recorded number`. */
export function differences(recorded: unknown, ours: unknown, path: string): string[] {
  const [wanted, got] = [kindOf(recorded), kindOf(ours)];
  if (wanted === "null" || got === "null") {
    // A single value that the store does not keep may be null. An object or a list may not.
    const other = wanted === "null" ? got : wanted;
    return other === "object" || other === "list" ? [`${path}: ${got}, recorded ${wanted}`] : [];
  }
  if (wanted !== got) return [`${path}: ${got}, recorded ${wanted}`];
  if (Array.isArray(recorded) && Array.isArray(ours)) {
    if (recorded.length > 0 && ours.length === 0 && !NEVER_HELD.test(path))
      return [`${path}: empty, recorded ${recorded.length}`];
    return ours.flatMap((item, index) =>
      index < recorded.length ? differences(recorded[index], item, `${path}.${index}`) : [],
    );
  }
  if (!isRecord(recorded) || !isRecord(ours)) return [];
  const missing = Object.keys(recorded).filter((key) => !(key in ours));
  const extra = Object.keys(ours).filter((key) => !(key in recorded));
  return [
    ...missing.map((key) => `${path}.${key}: missing`),
    ...extra.map((key) => `${path}.${key}: not recorded`),
    ...Object.keys(recorded).flatMap((key) =>
      key in ours ? differences(recorded[key], ours[key], `${path}.${key}`) : [],
    ),
  ];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "list";
  return typeof value;
}
