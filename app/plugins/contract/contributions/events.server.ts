import { EVENT_KINDS, type LoggedEvent } from "../../../outbox.server.ts";
import type { WorkContext } from "../../plugin.ts";
import type { Contribution } from "./contribution.ts";

export type EventHandler = (context: WorkContext, event: LoggedEvent) => Promise<void>;

const KINDS: readonly string[] = EVENT_KINDS;
const OF_A_PLUGIN = /^([a-z][a-z0-9-]*)\.[a-z][a-z0-9_-]*$/;

/** True of the first word of the app's own events, such as `order`. */
export const isOfTheApp = (word: string): boolean => KINDS.some((kind) => kind.startsWith(`${word}.`));

/** True also for an event of a plugin that is not installed: the plugin then receives no such event. */
function exists(kind: string): boolean {
  const plugin = OF_A_PLUGIN.exec(kind)?.[1];
  return KINDS.includes(kind) || (plugin !== undefined && !isOfTheApp(plugin));
}

export const events: Contribution<EventHandler> = {
  isFunction: true,
  limitMs: 10_000,
  faults: (kind, handler) => [
    ...(typeof handler === "function" ? [] : [`the event ${kind} has no function. Write one.`]),
    ...(exists(kind) ? [] : [`the event ${kind} does not exist. Use one of ${KINDS.join(", ")}, or PLUGIN.EVENT.`]),
  ],
  labels: () => [],
  bind: (handler) => handler,
};
