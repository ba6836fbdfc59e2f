// What files and the API call a definition: made of its first name, and never changed.

const LONGEST = 50;

/** `Winter tea` becomes winter-tea; `otherwise` where the name has neither a Latin letter nor a digit. */
export function handleOf(name: string, otherwise: string): string {
  const plain = name.normalize("NFKD").replace(/\p{Mark}/gu, "");
  const words = plain.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return words.join("-").slice(0, LONGEST).replace(/-$/, "") || otherwise;
}

/** With the first number that is free where it is taken. */
export function freeHandle(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  let number = 2;
  while (taken.has(`${wanted}-${number}`)) number += 1;
  return `${wanted}-${number}`;
}
