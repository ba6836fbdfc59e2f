// Remix's server entry: renders documents and sets the headers that say who may frame them.
import { PassThrough } from "node:stream";
import { createReadableStreamFromReadable, type EntryContext } from "@remix-run/node";
import { isRouteErrorResponse, RemixServer } from "@remix-run/react";
import { isbot } from "isbot";
import { renderToPipeableStream } from "react-dom/server";
import { routePattern } from "./route-pattern.ts";
import { setDocumentHeaders } from "./shopify/frame.server.ts";
import { log } from "./log.server.ts";

export const streamTimeout = 8000;

export default function handleRequest(request: Request, status: number, headers: Headers, context: EntryContext) {
  setDocumentHeaders(request, headers);
  headers.set("Content-Type", "text/html; charset=utf-8");
  const ready = isbot(request.headers.get("user-agent") ?? "") ? "onAllReady" : "onShellReady";
  return new Promise<Response>((resolve, reject) => {
    let code = status;
    const { pipe, abort } = renderToPipeableStream(<RemixServer context={context} url={request.url} />, {
      [ready]: () => {
        const body = new PassThrough();
        resolve(new Response(createReadableStreamFromReadable(body), { headers, status: code }));
        pipe(body);
      },
      onShellError: reject,
      onError: (error: unknown) => {
        code = 500;
        log.error({ err: error }, "a page could not be drawn");
      },
    });
    setTimeout(abort, streamTimeout + 1000).unref();
  });
}

export function handleError(error: unknown, { request }: { request: Request }) {
  // An aborted request and an answer 4xx are not faults of the app.
  if (request.signal.aborted || (isRouteErrorResponse(error) && error.status < 500)) return;
  log.error({ err: error, path: routePattern(new URL(request.url).pathname) }, "a request failed");
}
