// In front of all doors of the web process: what no door may be asked is refused here.
import type { IncomingMessage, ServerResponse } from "node:http";
import { isPlainAddress } from "./address.ts";

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export type Doors = {
  /** By their whole paths. */
  fast: ReadonlyMap<string, Handler>;
  pages: Handler;
};

export function openGate({ fast, pages }: Doors): Handler {
  return (request, response) => {
    const address = request.url ?? "";
    if (!isPlainAddress(address)) return refuse(response, 400, "The path of this address is not written plainly.");
    const [path = ""] = address.split("?", 1);
    const handle = fast.get(path) ?? pages;
    handle(request, response);
  };
}

function refuse(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" });
  response.end(`${sentence}\n`);
}
