// Shopify's template as a production process: node test/bench/template-process.ts, after `remix vite:build test/bench/template`.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { Readable } from "node:stream";
import { createRequestHandler, writeReadableStreamToWritable, type ServerBuild } from "@remix-run/node";

const build = (await import(path.resolve(".data/bench/template/server/index.js"))) as ServerBuild;
const answer = createRequestHandler(build, "production");

const server = createServer((incoming, outgoing) => {
  const headers = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  const request = new Request(`http://127.0.0.1${incoming.url ?? "/"}`, {
    method: incoming.method ?? "POST",
    headers,
    body: Readable.toWeb(incoming) as ReadableStream<Uint8Array>,
    duplex: "half",
  });
  void answer(request).then(async (response) => {
    outgoing.statusCode = response.status;
    for (const [name, value] of response.headers) outgoing.appendHeader(name, value);
    if (response.body) await writeReadableStreamToWritable(response.body, outgoing);
    else outgoing.end();
  });
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`port ${(server.address() as AddressInfo).port}\n`));
process.on("SIGTERM", () => process.exit(0));
