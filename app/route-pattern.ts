// The URL's path for logs. People type names and e-mail addresses into URLs, so only words of our own routes are kept.

const WORDS = new Set(
  (
    "answers app auth blocks checkout customers export healthz metrics offers plugins preview privacy-file proxy readyz results segments " +
    "settings shoppers sizes store survey surveys sync values"
  ).split(" "),
);

/** Returns for example `/app/customers/:x`. Parts after the fifth are left out. */
export const routePattern = (path: string): string =>
  path
    .split("/", 6)
    .map((part) => {
      const word = part.replace(/\.data$/, "");
      return word === "" || WORDS.has(word) ? word : ":x";
    })
    .join("/");
