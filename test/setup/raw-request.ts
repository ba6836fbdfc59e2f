// Sends a request byte by byte. `fetch` would normalise the path, and would lose the answer when a server refuses the body.
import { request as ask, type OutgoingHttpHeaders } from "node:http";

export type RawAnswer = { status: number; headers: string; body: string };
export type RawRequest = { method?: string; headers?: OutgoingHttpHeaders; body?: string | Buffer };

const BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/147.0 Safari/537.36";

/** Status 0: the connection was closed without an answer. */
export function askRaw(origin: string, path: string, request: RawRequest = {}): Promise<RawAnswer> {
  const { hostname: host, port } = new URL(origin);
  const { method = "GET", headers = {}, body = "" } = request;
  const sized =
    body.length > 0 && !("transfer-encoding" in headers) ? { "content-length": Buffer.byteLength(body) } : {};
  return new Promise((resolve) => {
    const sent = ask({ host, port, path, method, headers: { "user-agent": BROWSER, ...sized, ...headers } });
    sent.on("error", () => resolve({ status: 0, headers: "", body: "" }));
    sent.once("response", (answer) => {
      let said = "";
      answer.on("data", (chunk: Buffer) => (said += chunk.toString()));
      answer.once("close", () => {
        resolve({ status: answer.statusCode ?? 0, headers: answer.rawHeaders.join("\n"), body: said });
        sent.destroy();
      });
    });
    sent.end(body);
  });
}
