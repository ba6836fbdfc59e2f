// Reads what the web pixel sends. Anybody can send it: only known names, and ids of a known form, are read.
import type { Instant } from "../../../instant.ts";

/** `id`: Shopify's id of the event, the same for each copy. `client`: Shopify's random id of the browser. */
type Event<Kind, Data> = { id: string; client: string; at: Instant; kind: Kind } & Data;

export type PixelEvent =
  | Event<"offer.seen" | "offer.clicked", { offer: string }>
  /** `token`: the checkout's, which the order has too. */
  | Event<"checkout.completed", { token: string }>
  /** The first page of a visit. `signedIn`: the storefront knows the customer. */
  | Event<"storefront.visited", { signedIn: boolean }>;

export type PixelKind = PixelEvent["kind"];

/** `shop` and `account` are the pixel's settings. `left`: how many events were sent that cannot be read. */
export type Sent = { shop: string; account: string; events: PixelEvent[]; left: number };

/** The pixel sends as many at most. */
const MOST_EVENTS = 25;
const HOUR_MS = 3_600_000;
const OLDEST_MS = 24 * HOUR_MS;
/** The clock of a shopper's device may be ahead. */
const AHEAD_MS = HOUR_MS / 12;

const SHOP = /^[a-z0-9][a-z0-9.-]{0,254}$/;
const ACCOUNT = /^[\w-]{10,64}$/;
const ID = /^[\w-]{8,64}$/;
const TOKEN = /^[\w-]{8,128}$/;

type Json = Record<string, unknown>;
const isRecord = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const textOf = (value: unknown, form: RegExp): string | null =>
  typeof value === "string" && form.test(value) ? value : null;

/** Null: the body is not the pixel's. */
export function readSent(body: string, now: Instant): Sent | null {
  const sent = parse(body);
  if (!isRecord(sent) || !Array.isArray(sent["events"])) return null;
  const [shop, account] = [textOf(sent["shop"], SHOP), textOf(sent["account"], ACCOUNT)];
  const { events } = sent as { events: unknown[] };
  if (shop === null || account === null || events.length === 0 || events.length > MOST_EVENTS) return null;
  const read = events.flatMap((event) => readEvent(event, now) ?? []);
  return { shop, account, events: read, left: events.length - read.length };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

function readEvent(event: unknown, now: Instant): PixelEvent | null {
  if (!isRecord(event)) return null;
  const [id, client] = [textOf(event["id"], ID), textOf(event["client"], ID)];
  const at = typeof event["at"] === "string" ? new Date(event["at"].slice(0, 40)) : new Date(Number.NaN);
  const age = now.getTime() - at.getTime();
  if (id === null || client === null || !(age <= OLDEST_MS && age >= -AHEAD_MS)) return null;
  const common = { id, client, at };
  switch (event["name"]) {
    case "offer.seen":
    case "offer.clicked": {
      const offer = textOf(event["offer"], ID);
      return offer === null ? null : { ...common, kind: event["name"], offer };
    }
    case "checkout.completed": {
      const token = textOf(event["token"], TOKEN);
      return token === null ? null : { ...common, kind: event["name"], token };
    }
    case "storefront.visited":
      return { ...common, kind: event["name"], signedIn: event["signedIn"] === true };
    default:
      return null;
  }
}
