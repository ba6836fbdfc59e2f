// What the law asks of this app, in the house's words: a source turns its own words into them.
import type { Subject } from "../../customers/facts/redaction/person.server.ts";

export type RequestKind = "export customer" | "erase customer" | "erase shop";

/** As a body says it. `shopId`, `platformId`: of which shop, as the directory has it. */
export type Asked = { shopId: string; platformId: string | null; subject: Subject };

/** How what a source sends becomes a request. */
export type RequestReader = {
  /** Null: the topic is none of the law's. */
  kindOf(topic: string): RequestKind | null;
  /** Null where the body is not what the source sends. */
  read(body: Buffer): Asked | null;
};
