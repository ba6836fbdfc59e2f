// Bodies on their way in. An unfinished body costs its sender nothing and the process memory: so the memory for all of
// them is limited, the time for each of them too, and large bodies take no room from small ones.
import type { IncomingMessage, ServerResponse } from "node:http";

export type Refusal = "too_large" | "too_slow" | "no_room";

/** Bytes that unfinished bodies may hold together. */
export type Room = { small: number; large: number };

export type Bodies = {
  /** Says once what became of the body; nothing where its sender gave up. */
  read(request: IncomingMessage, largest: number, say: (outcome: Buffer | Refusal) => void): void;
  close(): void;
};

type Body = { pieces: Buffer[]; length: number; since: number; size: keyof Room; refuse(reason: Refusal): void };

const MB = 1024 * 1024;
const ROOM: Room = { small: 32 * MB, large: 96 * MB };
/** Up to here a body is small: nearly all webhooks and all answers of shoppers are. */
const SMALL = 64 * 1024;
/** Shopify waits as long for the answer to a webhook. */
const PATIENCE_MS = 5000;
const LOOK_MS = 250;

export function openBodies(room: Room = ROOM, patienceMs = PATIENCE_MS): Bodies {
  // The oldest first.
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
  /** Whoever has been unfinished for longest makes room. */
  const makeRoom = (size: keyof Room) => {
    for (const body of unfinished[size]) {
      if (held[size] <= room[size]) return;
      body.refuse("no_room");
    }
  };
  const look = setInterval(() => {
    const late = performance.now() - patienceMs;
    for (const body of [...unfinished.small, ...unfinished.large]) if (body.since < late) body.refuse("too_slow");
  }, LOOK_MS).unref();

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
      // Cut off by the sender: nobody waits for an answer.
      request.on("error", () => leave(body)).once("close", () => leave(body));
      request.on("data", onData).on("end", onEnd);
    },
    close: () => clearInterval(look),
  };
}

const LINGER_MS = 1000;
const LINGER_BYTES = 16 * MB;

/**
 * Answers before the body is in, with a sentence. What is still being sent is thrown away for a moment: a connection
 * that is cut sooner loses the answer.
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

/** Whole for whoever reads it. With its end, a connection that is not kept is cut. */
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
