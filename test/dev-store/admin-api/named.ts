// Names the schema type of a stored value, for fields that may return several types.

const names = new WeakMap<object, string>();

/** Remembers the value's type, and returns the value. */
export function named<Value extends object>(typeName: string, value: Value): Value {
  names.set(value, typeName);
  return value;
}

export function typeNameOf(source: unknown): string | undefined {
  if (typeof source !== "object" || source === null) return undefined;
  if ("__typename" in source && typeof source.__typename === "string") return source.__typename;
  return names.get(source);
}
