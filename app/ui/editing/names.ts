const plain = (name: string): string => name.trim().toLocaleLowerCase();

/** Whether one of the other names is equal, regardless of case and of blanks around it. */
export const isTaken = (name: string, others: readonly string[]): boolean =>
  plain(name) !== "" && others.some((other) => plain(other) === plain(name));

/** The name, with a number appended where the name is taken. */
export function freeName(name: string, others: readonly string[]): string {
  for (let number = 1; ; number += 1) {
    const tried = number === 1 ? name : `${name} ${number}`;
    if (!isTaken(tried, others)) return tried;
  }
}
