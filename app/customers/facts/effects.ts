// What a batch of facts leads to: changes for segments, and domain events for the outbox.
import type { DomainEvent } from "../../outbox.server.ts";
import type { Changes } from "../change.ts";

/** Where a batch of facts comes from. `history`: the batch is past history, for which no domain events are emitted. */
export type Source = { name: string; history: boolean };

export type Effects = { source: Source; changes: Changes; events: DomainEvent[] };

export const noEffects = (source: Source): Effects => ({ source, changes: new Map(), events: [] });
