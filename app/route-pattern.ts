// An address as a log may hold it: people type names and e-mail addresses into addresses, so only words of our own pages
// are kept.

const WORDS = new Set(
  (
    "app auth blocks checkout customers export healthz metrics offers plugins preview privacy-file proxy readyz results segments " +
    "settings shoppers survey surveys sync values"
  ).split(" "),
);

/** `/app/customers/:x`. What follows five parts is left out. */
export const routePattern = (path: string): string =>
  path
    .split("/", 6)
    .map((part) => {
      const word = part.replace(/\.data$/, "");
      return word === "" || WORDS.has(word) ? word : ":x";
    })
    .join("/");
