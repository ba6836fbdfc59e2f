// Which addresses the web process answers. Shopify's app proxy passes on the path that a visitor wrote, together with a
// query that it signs: `/proxy/%2e%2e/x` would carry the signature to a page that is not the proxy's. So a path that any
// reader could take for another path is refused.

/** RFC 3986: what a path may hold unencoded. */
const PATH = /^\/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*$/;
/** A path is looked at as it is written and as it reads after each round of decoding. */
const ROUNDS = 4;

/** False for another form than `/path?query`, and for a path that normalising or decoding could turn into another one. */
export function isPlainAddress(target: string): boolean {
  const [path = ""] = target.split("?", 1);
  if (!PATH.test(path) || target.includes("#")) return false;
  const readings = decodings(path);
  const depth = path.split("/").length;
  return readings !== null && readings.every((text) => isNormal(text) && segmentsOf(text).length === depth);
}

/** Null where the path holds an encoding of nothing. */
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

/** Wide forms of a dot and of a slash count as the sign itself. */
const segmentsOf = (path: string) => path.normalize("NFKC").split(/[/\\]/);

/** Only the last segment may be empty. What follows a `;` is no part of a segment's name to some readers. */
const isNormal = (path: string) =>
  !/\p{Cc}/u.test(path) &&
  segmentsOf(path).every((segment, at, all) =>
    segment === "" ? at === 0 || at === all.length - 1 : !/^\.{0,2}$/.test(segment.split(";", 1)[0] ?? ""),
  );
