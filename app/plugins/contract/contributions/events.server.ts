import { EVENT_KINDS, type LoggedEvent } from "../../../outbox.server.ts";
import type { WorkContext } from "../../plugin.ts";
import type { Contribution } from "./contribution.ts";

export type EventHandler = (context: WorkContext, event: LoggedEvent) => Promise<void>;

export const events: Contribution<EventHandler> = {
  isFunction: true,
  limitMs: 10_000,
  faults: (kind, handler) => [
    ...(typeof handler === "function" ? [] : [`the event ${kind} has no function. Write one.`]),
    ...((EVENT_KINDS as readonly string[]).includes(kind)
      ? []
      : [`the event ${kind} does not exist. Use one of ${EVENT_KINDS.join(", ")}.`]),
  ],
  labels: () => [],
  bind: (handler) => handler,
};
