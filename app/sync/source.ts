// The contract of a source: a platform, a file or a point of sale that sends data of customers and orders. Only the folders of
// sources/ know the topics and the fields of a source.
import type { IncomingMessage } from "node:http";
import type { Changes } from "../customers/change.ts";
import type { Entities } from "../customers/facts/entities.ts";
import type { Tx } from "../db.server.ts";
import type { Shop } from "../shop.server.ts";
import type { Body, Json } from "./reading/body.ts";
import type { RequestReader } from "./compliance/request.ts";
import type { Arrival } from "./inbox/pack.ts";

/** The kinds of objects in a history, in the order of reading: an order refers to products and a customer. */
export const KINDS = ["products", "customers", "orders"] as const;
export type Kind = (typeof KINDS)[number];

/** A body that is being read. `seenAt`: when the source sent the body, by its own account, else when the body arrived. */
export type Reading = {
  body: Body;
  seenAt: string;
  /** The shop's currency. */
  currency: string;
};

/** The shop's id in the directory, and its id on the platform. */
export type Identity = { id: string; platformId: string | null };

/** Reads a source's bodies into facts. */
export type Reader = {
  /** The name is a part of the inbox's key. */
  name: string;
  /** Adds the body's entities to `into`, and ignores a topic without a reader. After Unreadable the caller discards `into`. */
  read(topic: string, reading: Reading, into: Entities): void;
  /** Whether the body belongs to another shop than the shop that the delivery names. */
  contradicts(shop: Identity, topic: string, body: Json): boolean;
  /** Reads the source's privacy requests. */
  requests: RequestReader;
};

/** The source's part of a door: checks the sender, and reads the headers. */
export type Delivery = {
  /** Whether the request has a signature. Called before the body is read. */
  hasSignature(request: IncomingMessage): boolean;
  /** Whether the signature proves that the source sent the body. */
  isSigned(request: IncomingMessage, body: Buffer): boolean;
  /** Whether the body may be a webhook: the source signs other texts with the same secret too. */
  isPlausible(body: Buffer): boolean;
  /** Null where the headers or the URL do not have the form that the source sends. */
  arrivalOf(request: IncomingMessage, body: Buffer): Arrival | null;
  /** Topics that are accepted also from a shop that uninstalled the app. */
  afterUninstall: ReadonlySet<string>;
};

/** Called with changes of facts, in the transaction of the changes. */
export type OnChanges = (shop: Shop, tx: Tx, changes: Changes) => Promise<void>;

export type Source = Reader & {
  /** The door for the source's own deliveries. Undefined: the source delivers nothing. `delivery` reads the app's settings. */
  door?: { path: string; delivery(): Delivery };
  /** Reads the source's history. Undefined: the source has no history. */
  history?(shop: Shop, onChanges: OnChanges): Promise<unknown>;
  /** Reads the changes since the last call, in case a delivery was lost. */
  reconcile?(shop: Shop, onChanges: OnChanges): Promise<unknown>;
};
