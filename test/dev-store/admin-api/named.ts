// Which type of the schema a value of the state is, for fields that may return several.

const names = new WeakMap<object, string>();

/** The value itself, known from now on as one of that type. */
export function named<Value extends object>(typeName: string, value: Value): Value {
  names.set(value, typeName);
  return value;
}

export function typeNameOf(source: unknown): string | undefined {
  if (typeof source !== "object" || source === null) return undefined;
  if ("__typename" in source && typeof source.__typename === "string") return source.__typename;
  return names.get(source);
}
