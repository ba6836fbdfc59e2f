// Privacy requests in terms that do not depend on a source. Each source turns its own topics and bodies into these requests.
import type { Subject } from "../../customers/facts/redaction/person.server.ts";

export type RequestKind = "export customer" | "erase customer" | "erase shop";

/** `shopId` and `platformId`: the shop that the body names, by the directory's and by the platform's id. */
export type RequestBody = { shopId: string; platformId: string | null; subject: Subject };

/** Reads a source's webhooks as privacy requests. */
export type RequestReader = {
  /** Null: the topic is not a privacy request. */
  kindOf(topic: string): RequestKind | null;
  /** Null where the body does not have the form that the source sends. */
  read(body: Buffer): RequestBody | null;
};
