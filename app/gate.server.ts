// The first check of every request to the web process: refuses, in a sentence and before parsing, requests that no door takes.
import type { IncomingMessage, ServerResponse } from "node:http";
import { isPlainAddress } from "./address.ts";
import { sayPlainly, turnAway, type Bodies, type Refusal } from "./bodies.server.ts";
import { excessOfBody, excessOfHead, limitsOf, tooLarge, type Limits } from "./limits.ts";

export type Doors = {
  /** Handlers by their exact path. A fast door reads the body itself. */
  fast: ReadonlyMap<string, (request: IncomingMessage, response: ServerResponse) => void>;
  pages(request: IncomingMessage, response: ServerResponse, body: Buffer): void;
  /** Reads the bodies of pages' requests. */
  bodies: Bodies;
  /** The app's own origin: pages take forms from no other origin. */
  origin: string;
};

type Answer = { status: number; sentence: string };

const METHODS = new Set(["GET", "HEAD", "POST", "OPTIONS"]);
/** Paths for requests from other origins, the storefront's and the checkout's. Their routes check a signature or a token. */
const CROSS_ORIGIN = /^\/(?:checkout|proxy)\//;

export function openGate({ fast, pages, bodies, origin }: Doors) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const address = request.url ?? "";
    const [path = ""] = address.split("?", 1);
    const fault = faultOf(request, address);
    if (fault) return turnAway(request, response, fault.status, fault.sentence);
    const door = fast.get(path);
    if (door) return door(request, response);
    const refused = refusalOf(request, path, origin);
    if (refused) return turnAway(request, response, refused.status, refused.sentence);
    const limits = limitsOf(path);
    bodies.read(request, limits.bytes, (outcome) => {
      if (typeof outcome === "string") {
        const { status, sentence } = answerTo(outcome, limits);
        return turnAway(request, response, status, sentence);
      }
      const excess = excessOfBody(outcome, request.headers["content-type"] ?? "", limits);
      if (excess) return sayPlainly(response, excess.status, excess.sentence);
      pages(request, response, outcome);
    });
  };
}

/** Why the web process answers the request nowhere. Null: the request is fine. */
function faultOf(request: IncomingMessage, address: string): Answer | null {
  if (!isPlainAddress(address)) return { status: 400, sentence: "The path of this address is not written plainly." };
  return excessOfHead(address, request.rawHeaders.length / 2);
}

/** Why the pages do not answer the request. Null: the request is fine. */
function refusalOf({ method = "", headers }: IncomingMessage, path: string, origin: string): Answer | null {
  if (!METHODS.has(method)) return { status: 405, sentence: `${method} is not answered: use GET or POST.` };
  const from = headers.origin;
  if (method === "POST" && from !== undefined && from !== origin && !CROSS_ORIGIN.test(path))
    return { status: 403, sentence: "A form of another site is not taken." };
  return null;
}

function answerTo(refusal: Refusal, limits: Limits): Answer {
  if (refusal === "too_large") return { status: 413, sentence: tooLarge(limits) };
  if (refusal === "too_slow") return { status: 408, sentence: "The body did not come in time." };
  return { status: 503, sentence: "Too many bodies are on their way in: try again." };
}
