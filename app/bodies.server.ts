// Reads request bodies within limits. An unfinished body takes memory of the process and costs its sender nothing. So all
// unfinished bodies together have a limit of memory, each has a limit of time, and large bodies take no memory from small ones.
import type { IncomingMessage, ServerResponse } from "node:http";

export type Refusal = "too_large" | "too_slow" | "no_room";

/** The most bytes that all unfinished bodies of a size may hold together. */
export type Room = { small: number; large: number };

export type Bodies = {
  /**
   * Calls `say` once, with the body or with the refusal. Does not call it if the sender closed the connection. `largest`: in
   * bytes.
   */
  read(request: IncomingMessage, largest: number, say: (outcome: Buffer | Refusal) => void): void;
  close(): void;
};

type Body = { pieces: Buffer[]; length: number; since: number; size: keyof Room; refuse(reason: Refusal): void };

const MB = 1024 * 1024;
const ROOM: Room = { small: 32 * MB, large: 96 * MB };
/** The most bytes of a small body. Nearly all webhooks and all shoppers' answers are small. */
const SMALL = 64 * 1024;
/** Shopify waits five seconds for the answer to a webhook. */
const TIMEOUT_MS = 5000;
const CHECK_MS = 250;

export function openBodies(room: Room = ROOM, timeoutMs = TIMEOUT_MS): Bodies {
  // A Set keeps the order of insertion: the oldest body is the first.
  const unfinished = { small: new Set<Body>(), large: new Set<Body>() };
  const held: Room = { small: 0, large: 0 };

  const enter = (body: Body) => {
    unfinished[body.size].add(body);
    held[body.size] += body.length;
  };
  const leave = (body: Body): Buffer[] => {
    if (unfinished[body.size].delete(body)) held[body.size] -= body.length;
    return body.pieces.splice(0);
  };
  const take = (body: Body, piece: Buffer) => {
    body.pieces.push(piece);
    body.length += piece.length;
    held[body.size] += piece.length;
    if (body.size === "large" || body.length <= SMALL) return;
    unfinished.small.delete(body);
    held.small -= body.length;
    body.size = "large";
    enter(body);
  };
  /** Refuses the oldest unfinished bodies until the others fit. */
  const makeRoom = (size: keyof Room) => {
    for (const body of unfinished[size]) {
      if (held[size] <= room[size]) return;
      body.refuse("no_room");
    }
  };
  const checking = setInterval(() => {
    const late = performance.now() - timeoutMs;
    for (const body of [...unfinished.small, ...unfinished.large]) if (body.since < late) body.refuse("too_slow");
  }, CHECK_MS).unref();

  return {
    read(request, largest, say) {
      const settle = (outcome: Buffer | Refusal) => {
        request.off("data", onData).off("end", onEnd);
        leave(body);
        say(outcome);
      };
      const expected = Number(request.headers["content-length"] ?? 0);
      if (expected > largest) return say("too_large");
      const size = expected > SMALL ? "large" : "small";
      const body: Body = { pieces: [], length: 0, since: performance.now(), size, refuse: settle };
      const onData = (piece: Buffer) => {
        if (body.length + piece.length > largest) return settle("too_large");
        take(body, piece);
        makeRoom(body.size);
      };
      const onEnd = () => {
        const [first = Buffer.alloc(0), ...more] = leave(body);
        settle(more.length === 0 ? first : Buffer.concat([first, ...more]));
      };
      enter(body);
      // The sender closed the connection: nobody waits for an answer.
      request.on("error", () => leave(body)).once("close", () => leave(body));
      request.on("data", onData).on("end", onEnd);
    },
    close: () => clearInterval(checking),
  };
}

const LINGER_MS = 1000;
const LINGER_BYTES = 16 * MB;

/**
 * Answers with a sentence before the body has arrived. The rest of the body is read and dropped for `LINGER_MS`: if the connection
 * were closed at once, the sender would lose the answer.
 */
export function turnAway(request: IncomingMessage, response: ServerResponse, status: number, sentence: string): void {
  response.shouldKeepAlive = false;
  if (request.complete) return sayPlainly(response, status, sentence);
  let length = 0;
  const cut = setTimeout(() => response.end(() => request.destroy()), LINGER_MS);
  request
    .on("error", () => undefined)
    .on("data", (piece: Buffer) => {
      length += piece.length;
      if (length > LINGER_BYTES) request.pause();
    })
    .once("end", () => response.end())
    .once("close", () => clearTimeout(cut));
  begin(response, status, sentence);
}

export function sayPlainly(response: ServerResponse, status: number, sentence: string): void {
  begin(response, status, sentence);
  response.end();
}

/** Writes head and body without ending the response: the end closes a connection that is not kept alive. */
function begin(response: ServerResponse, status: number, sentence: string): void {
  if (response.destroyed) return;
  if (status === 503) response.setHeader("retry-after", 1);
  const body = `${sentence}\n`;
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
  });
  response.write(body);
}
