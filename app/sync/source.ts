// The contract of a source: a platform, a file or a till that tells of people and what they buy. The folders of sources/ are
// the only ones that know how a source words it.
import type { IncomingMessage } from "node:http";
import type { Changes } from "../customers/change.ts";
import type { Entities } from "../customers/facts/entities.ts";
import type { Tx } from "../db.server.ts";
import type { Shop } from "../shop.server.ts";
import type { Body, Json } from "./body.ts";
import type { RequestReader } from "./compliance/request.ts";
import type { Arrival } from "./inbox/pack.ts";

/** Kinds of things that are read as a history, in the order in which one finds the other. */
export const KINDS = ["products", "customers", "orders"] as const;
export type Kind = (typeof KINDS)[number];

/** One body under reading. `seenAt`: when the source says that it was sent, else when it arrived. */
export type Reading = {
  body: Body;
  seenAt: string;
  /** The shop's currency. */
  currency: string;
};

/** The shop as the directory has it: its id here, and what the platform calls it. */
export type Identity = { id: string; platformId: string | null };

/** How what a source sends becomes facts. */
export type Reader = {
  /** Part of the inbox's key. */
  name: string;
  /** A topic that the source does not read is none of the core's business. Throws Unreadable; `into` is thrown away then. */
  read(topic: string, reading: Reading, into: Entities): void;
  /** The body says that it is another shop's than the one under whose name it came. */
  contradicts(shop: Identity, topic: string, body: Json): boolean;
  /** What the law asks by this source. */
  requests: RequestReader;
};

/** A door's part that knows the source: who sent it, and what the headers say. */
export type Delivery = {
  /** Asked before the body is read. */
  bearsSignature(request: IncomingMessage): boolean;
  /** False where the sender does not prove that it is the source. */
  isSigned(request: IncomingMessage, body: Buffer): boolean;
  /** A body that the source may have sent: the signature may stand over other texts too. */
  isPlausible(body: Buffer): boolean;
  /** Null where the headers, or the address, are not what the source sends. */
  arrivalOf(request: IncomingMessage, body: Buffer): Arrival | null;
  /** Topics that are taken from a shop that has left as well. */
  afterFarewell: ReadonlySet<string>;
};

/** What follows from changed facts, in their transaction. */
export type OnChanges = (shop: Shop, tx: Tx, changes: Changes) => Promise<void>;

export type Source = Reader & {
  /** Where the source delivers by itself. Undefined: it does not. `delivery` reads the app's settings. */
  door?: { path: string; delivery(): Delivery };
  /** Reads all that the source had before. Undefined: it has no history to give. */
  history?(shop: Shop, onChanges: OnChanges): Promise<unknown>;
  /** Reads what changed since the last time, in case that a delivery was lost. */
  reconcile?(shop: Shop, onChanges: OnChanges): Promise<unknown>;
};
