// The door for the web pixel's events: bots out, shop and account, limits, activity, 204. The pixel runs in shoppers' browsers, so
// nothing is signed, and nothing of a request is kept but the events: no address and no user agent. The pixel drops what is refused.
import type { IncomingMessage, ServerResponse } from "node:http";
import { isbot } from "isbot";
import { openBodies, turnAway, type Bodies, type Refusal } from "../../../bodies.server.ts";
import { forShop, openPool } from "../../../db.server.ts";
import type { Instant } from "../../../instant.ts";
import { log } from "../../../log.server.ts";
import { counter } from "../../../metrics.server.ts";
import { wallClock } from "../../../shop.server.ts";
import { notePixelDrop } from "../../../shopify/web-pixel/state.server.ts";
import { openAccounts, tooMany } from "./accounts.server.ts";
import { openAllowance } from "./allowance.ts";
import { openQueue } from "./queue.server.ts";
import { readSent, type Sent } from "./read-events.ts";

export const PIXEL_PATH = "/pixel";

const MAX_BYTES = 32 * 1024;
const MB = 1024 * 1024;
const ROOM = { small: 8 * MB, large: MB };
/** Connections of the door's own, so that a flood of events takes none from the pages. */
const CONNECTIONS = 2;
const CONNECT_MS = 5000;

const OUTCOMES = {
  stored: 204,
  bot: 204,
  preflight: 204,
  malformed: 400,
  unknown_account: 403,
  not_post: 405,
  too_slow: 408,
  too_large: 413,
  too_many: 429,
  refused: 503,
} as const;
type Outcome = keyof typeof OUTCOMES;

const SENTENCES = {
  malformed: "These are not the pixel's events.",
  unknown_account: "The account is not this shop's pixel.",
  not_post: "Events are posted.",
  too_slow: "The body did not come in time.",
  too_large: "The body is larger than the 32 KB that are read here.",
  too_many: "Too many events: send none for a while.",
  refused: "No event can be taken just now.",
} satisfies Partial<Record<Outcome, string>>;
const OUTCOME_OF: Record<Refusal, keyof typeof SENTENCES> = {
  too_large: "too_large",
  too_slow: "too_slow",
  no_room: "refused",
};

const requests = counter({
  name: "regulars_pixel_requests_total",
  help: "Requests of the web pixel by what became of them",
  labelNames: ["outcome"],
});
const dropped = counter({
  name: "regulars_pixel_events_dropped_total",
  help: "Events of the web pixel that were not stored",
  labelNames: ["reason"],
});

export type PixelDoor = {
  handle(request: IncomingMessage, response: ServerResponse): void;
  close(): Promise<void>;
};

export type PixelDoorOptions = { bodies?: Bodies; now?: () => Instant; maxWaiting?: number };

export function openPixelDoor({
  bodies = openBodies(ROOM),
  now = wallClock,
  maxWaiting,
}: PixelDoorOptions = {}): PixelDoor {
  const pool = openPool(CONNECTIONS, CONNECT_MS);
  const accounts = openAccounts((id) => forShop(id, () => pool));
  const allowance = openAllowance();
  const queue = openQueue({
    lanes: CONNECTIONS,
    onFault: (error) => log.error({ err: error }, "events of the web pixel could not be stored"),
    ...(maxWaiting === undefined ? {} : { maxWaiting }),
  });
  let closed = false;

  const refuse = (request: IncomingMessage, response: ServerResponse, outcome: keyof typeof SENTENCES) => {
    requests.labels(outcome).inc();
    if (outcome === "too_many") response.setHeader("retry-after", allowance.wait());
    turnAway(request, response, OUTCOMES[outcome], SENTENCES[outcome]);
  };

  async function take(request: IncomingMessage, response: ServerResponse, { events, left, ...by }: Sent) {
    const shop = await accounts.shopOf(by.shop, by.account);
    if (!shop) return refuse(request, response, "unknown_account");
    dropped.labels("unreadable").inc(left);
    const allowed = [...Map.groupBy(events, ({ client }) => client)].flatMap(([client, own]) =>
      own.slice(0, allowance.take(shop.id, client, own.length)),
    );
    dropped.labels("too_many").inc(events.length - allowed.length);
    if (allowed.length < events.length && allowance.isFirstDrop(shop.id))
      shop.db
        .tx((tx) => notePixelDrop(shop, tx))
        .catch((error: Error) => log.warn({ err: error }, "dropped events of a web pixel could not be noted"));
    if (events.length === 0) return refuse(request, response, "malformed");
    if (allowed.length === 0) return refuse(request, response, "too_many");
    const isTaken =
      !closed &&
      queue.add(shop, allowed, (outcome) => {
        if (outcome === "stored") return answer(response, outcome);
        if (outcome === "too_many") dropped.labels(outcome).inc(allowed.length);
        refuse(request, response, outcome);
      });
    if (!isTaken) refuse(request, response, "refused");
  }

  return {
    handle(request, response) {
      // The pixel's sandbox has no origin of its own.
      response.setHeader("access-control-allow-origin", "*");
      if (request.method === "OPTIONS") return answer(response, "preflight");
      if (request.method !== "POST") return refuse(request, response, "not_post");
      if (closed) return refuse(request, response, "refused");
      if (isbot(request.headers["user-agent"] ?? "")) {
        request.resume();
        return answer(response, "bot");
      }
      bodies.read(request, MAX_BYTES, (outcome) => {
        if (typeof outcome === "string") return refuse(request, response, OUTCOME_OF[outcome]);
        const sent = readSent(outcome.toString("utf8"), now());
        if (!sent) return refuse(request, response, "malformed");
        take(request, response, sent).catch((error: Error) => {
          if (error !== tooMany) log.error({ err: error }, "the shop of a web pixel could not be read");
          refuse(request, response, "refused");
        });
      });
    },
    async close() {
      closed = true;
      bodies.close();
      await queue.close();
      await pool.end();
    },
  };
}

function answer(response: ServerResponse, outcome: "stored" | "bot" | "preflight"): void {
  requests.labels(outcome).inc();
  if (response.destroyed) return;
  const asked = outcome === "preflight" ? { "access-control-allow-headers": "content-type" } : {};
  response.writeHead(OUTCOMES[outcome], { "cache-control": "no-store", ...asked });
  response.end();
}
