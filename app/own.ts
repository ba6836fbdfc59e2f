/** What a record holds under a name that somebody sent: every object has a `constructor` and a `toString` of its kind. */
export const own = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;
