// Compares plain data by content.

/** Equal objects have equal texts, whatever the order of their keys. */
const canonical = (value: unknown): string | undefined =>
  JSON.stringify(value, (_key, part: unknown) =>
    part instanceof Object && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort()) : part,
  );

export const isSame = (one: unknown, other: unknown): boolean => canonical(one) === canonical(other);
