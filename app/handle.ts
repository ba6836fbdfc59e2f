// Handles, by which files and the API refer to a definition. A handle is made of the definition's first name and never changes.

const LONGEST = 50;

/** Makes winter-tea of `Winter tea`. Returns `otherwise` if the name has neither a Latin letter nor a digit. */
export function handleOf(name: string, otherwise: string): string {
  const plain = name.normalize("NFKD").replace(/\p{Mark}/gu, "");
  const words = plain.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return words.join("-").slice(0, LONGEST).replace(/-$/, "") || otherwise;
}

/** `wanted`, followed by the first free number if `wanted` is taken. */
export function freeHandle(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  let number = 2;
  while (taken.has(`${wanted}-${number}`)) number += 1;
  return `${wanted}-${number}`;
}
