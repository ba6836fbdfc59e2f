// The door for a source's webhooks of all topics, in front of all other routes: signature over the raw bytes, inbox, COMMIT, 200.
// There is no session, no JSON and no job on this path.
import type { IncomingMessage, ServerResponse } from "node:http";
import { openBodies, turnAway, type Bodies, type Refusal } from "../bodies.server.ts";
import { log } from "../log.server.ts";
import { counter } from "../metrics.server.ts";
import { isConnection } from "./connection.ts";
import { openInbox, type InboxOptions } from "./inbox/inbox.server.ts";
import { knownShops, type KnownShops, type Standing } from "./known-shops.server.ts";
import type { Arrival } from "./inbox/pack.ts";
import type { Delivery } from "./source.ts";

/** Bytes. The limit of a Pub/Sub message: no webhook is larger. */
const MAX_BYTES = 10 * 1024 * 1024;

export type Door = {
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Stores the webhooks that were accepted. Later requests are answered 503. */
  close(): Promise<void>;
};

export type DoorOptions = {
  delivery: Delivery;
  inbox: InboxOptions;
  shops?: KnownShops;
  largest?: number;
  bodies?: Bodies;
};

const answers = counter({
  name: "regulars_webhooks_total",
  help: "Webhooks by what became of them",
  labelNames: ["outcome"],
});
const OUTCOMES = {
  stored: 200,
  not_installed: 200,
  malformed_headers: 400,
  malformed_connection: 400,
  malformed_body: 400,
  unsigned: 401,
  not_post: 405,
  too_slow: 408,
  too_large: 413,
  refused: 503,
} as const;
type Outcome = keyof typeof OUTCOMES;
const duplicates = counter({
  name: "regulars_webhook_duplicates_total",
  help: "Webhooks that were in the inbox already",
});

const SENTENCES = {
  malformed_connection: "The name of a connection has no colon: a colon ends the name in the ids that are stored.",
  unsigned: "A webhook bears its source's signature.",
  not_post: "Webhooks are posted.",
  too_slow: "The body did not come in time.",
  too_large: "The body is larger than any webhook.",
  refused: "No webhook can be taken just now: send it again.",
} satisfies Partial<Record<Outcome, string>>;
const OUTCOME_OF: Record<Refusal, keyof typeof SENTENCES> = {
  too_large: "too_large",
  too_slow: "too_slow",
  no_room: "refused",
};

export function openDoor({ delivery, inbox: options, ...chosen }: DoorOptions): Door {
  const { shops = knownShops(), largest = MAX_BYTES, bodies = openBodies() } = chosen;
  const inbox = openInbox({
    onFault: (error) => log.error({ err: error }, "webhooks could not be stored"),
    onStored: (_, again) => duplicates.inc(again),
    ...options,
  });
  let closed = false;

  const keep = (response: ServerResponse, arrival: Arrival, standing: Standing) => {
    if (standing !== "installed" && !(standing === "left" && delivery.afterUninstall.has(arrival.topic))) {
      answer(response, "not_installed");
      return;
    }
    const taken = !closed && inbox.add(arrival, (stored) => answer(response, stored ? "stored" : "refused"));
    if (!taken) answer(response, "refused");
  };

  const read = (request: IncomingMessage, response: ServerResponse, body: Buffer) => {
    if (!delivery.isSigned(request, body)) return answer(response, "unsigned");
    if (!delivery.isPlausible(body)) return answer(response, "malformed_body");
    const arrival = delivery.arrivalOf(request, body);
    if (!arrival) return answer(response, "malformed_headers");
    if (!isConnection(arrival.connection)) return refuse(request, response, "malformed_connection");
    if (closed) return answer(response, "refused");
    const standing = shops.standingOf(arrival.shop);
    if (typeof standing === "string") return keep(response, arrival, standing);
    standing.then(
      (known) => keep(response, arrival, known),
      (error: Error) => {
        log.error({ err: error }, "the directory of shops could not be read");
        answer(response, "refused");
      },
    );
  };

  return {
    handle(request, response) {
      if (request.method !== "POST") return refuse(request, response, "not_post");
      if (!delivery.hasSignature(request)) return refuse(request, response, "unsigned");
      if (closed) return refuse(request, response, "refused");
      bodies.read(request, largest, (outcome) => {
        if (typeof outcome === "string") refuse(request, response, OUTCOME_OF[outcome]);
        else read(request, response, outcome);
      });
    },
    async close() {
      closed = true;
      bodies.close();
      await inbox.close();
    },
  };
}

function answer(response: ServerResponse, outcome: Outcome): void {
  answers.labels(outcome).inc();
  if (response.destroyed) return;
  const status = OUTCOMES[outcome];
  if (status === 503) response.setHeader("retry-after", 1);
  response.writeHead(status, { "content-length": 0 });
  response.end();
}

function refuse(request: IncomingMessage, response: ServerResponse, outcome: keyof typeof SENTENCES): void {
  answers.labels(outcome).inc();
  turnAway(request, response, OUTCOMES[outcome], SENTENCES[outcome]);
}
