// Ends what plugins cause among themselves: a circle of events, of records and of segments, and a fan of events that grows with each answer.
import { PluginMistake } from "../../../errors.ts";

/** An event at the end of a chain of this many events may cause no further event, and no change of records. */
const DEEPEST = 8;

/**
 * The most events that a plugin emits in a minute, a shop and a worker process while it answers events that plugins caused. A plugin
 * that answers each with one does not reach that many. One process at a time delivers a plugin's events, so several processes do not
 * fan out side by side: each new one begins a count of its own.
 */
export const ANSWERS_A_MINUTE = 10_000;
const MINUTE_MS = 60_000;

/** `depth`: of the event that is handled. `what`: what the plugin does now, such as `emits earned`. */
export function refuseCircle(depth: number, what: string): void {
  if (depth >= DEEPEST)
    throw new PluginMistake(`it ${what} after ${DEEPEST} events that led to each other: end the circle`);
}

/** By shop and plugin, what this process has emitted in a minute that began at `from`. */
const spent = new Map<string, { from: number; events: number }>();

/** Throws where a plugin emits more answers in a minute than `ANSWERS_A_MINUTE`. */
export function spendAnswers(key: string, events: number, now = performance.now()): void {
  const last = spent.get(key);
  const minute = last && now < last.from + MINUTE_MS ? last : { from: now, events: 0 };
  minute.events += events;
  spent.set(key, minute);
  if (minute.events > ANSWERS_A_MINUTE)
    throw new PluginMistake(
      `it answers plugins' events with more than ${ANSWERS_A_MINUTE} events in a minute: emit fewer for each`,
    );
}
