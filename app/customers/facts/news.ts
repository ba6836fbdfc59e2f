// What a batch of facts hands on: whose facts changed, and what happened.
import type { DomainEvent } from "../../outbox.server.ts";
import type { Changes } from "../change.ts";

/** Where facts come from. `history`: they were true before we asked, and are no news to anybody who acts on news. */
export type Source = { name: string; history: boolean };

export type News = { source: Source; changes: Changes; events: DomainEvent[] };

export const noNews = (source: Source): News => ({ source, changes: new Map(), events: [] });
