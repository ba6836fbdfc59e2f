// Which request targets the web process answers. Shopify's app proxy forwards the path that a visitor wrote with a query that
// Shopify signs: `/proxy/%2e%2e/x` would carry the signature to a page outside the proxy. So a path is refused if decoding or
// normalising could turn it into another path.

/** The characters that RFC 3986 allows in a path, and percent-encodings. */
const PATH = /^\/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*$/;
/** A path is checked as it is written and after each of three decodings. */
const ROUNDS = 4;

/** False for another form than `/path?query`, and for a path that normalising or decoding could turn into another one. */
export function isPlainAddress(target: string): boolean {
  const [path = ""] = target.split("?", 1);
  if (!PATH.test(path) || target.includes("#")) return false;
  const readings = decodings(path);
  const depth = path.split("/").length;
  return readings !== null && readings.every((text) => isNormal(text) && segmentsOf(text).length === depth);
}

/** The path as written, then decoded once, twice, … Null: the path as written has an invalid encoding. */
function decodings(path: string): string[] | null {
  const readings = [path];
  for (let text = path; readings.length < ROUNDS; readings.push(text)) {
    try {
      text = decodeURIComponent(text);
    } catch {
      return readings.length === 1 ? null : readings;
    }
  }
  return readings;
}

/** NFKC turns wide forms of a dot or a slash into the ASCII character. */
const segmentsOf = (path: string) => path.normalize("NFKC").split(/[/\\]/);

/**
 * True of a path without control characters, `.` and `..`, in which only the last segment is empty. Some servers cut a segment at
 * `;`, so the part before `;` is checked.
 */
const isNormal = (path: string) =>
  !/\p{Cc}/u.test(path) &&
  segmentsOf(path).every((segment, at, all) =>
    segment === "" ? at === 0 || at === all.length - 1 : !/^\.{0,2}$/.test(segment.split(";", 1)[0] ?? ""),
  );
