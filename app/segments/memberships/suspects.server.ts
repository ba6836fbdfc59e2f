// A statement that crashes its own backend takes the whole transaction with it, so that no savepoint helps: the shop's turn fails, and
// is taken again. This process then remembers which segments were being evaluated, and evaluates each of them alone.
import { setTimeout } from "node:timers/promises";
import { isEndedByServer, isLostConnection, serverUpMs } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import type { LiveSegment } from "./live-segment.server.ts";

/** By shop, the ids of segments that were being evaluated when the connection was lost. */
const suspects = new Map<string, Set<string>>();

export const isSuspect = ({ id }: Pick<Shop, "id">, segment: Pick<LiveSegment, "id">): boolean =>
  suspects.get(id)?.has(segment.id) ?? false;

/**
 * Runs `evaluate`, which evaluates these segments. If it loses the connection, the segments become suspects, and the error is thrown. A
 * suspect that loses the connection again, alone, is guilty: `markGuilty` must mark it in a transaction of its own. It is called again
 * while the server restarts after the crash.
 */
export async function withSuspects<T>(
  shop: Pick<Shop, "id" | "db">,
  segments: readonly Pick<LiveSegment, "id">[],
  evaluate: () => Promise<T>,
  markGuilty: (error: unknown) => Promise<unknown>,
): Promise<T> {
  const { id } = shop;
  const suspected = suspects.get(id) ?? new Set();
  const began = performance.now();
  try {
    const done = await evaluate();
    for (const segment of segments) suspected.delete(segment.id);
    return done;
  } catch (error) {
    // A backend that crashes says nothing. What the server says is its own doing: a restart, or the crash of another backend.
    if (!isLostConnection(error) || isEndedByServer(error)) throw error;
    const [only, ...others] = segments;
    if (only && others.length === 0 && suspected.has(only.id)) {
      await whenBack(async () => {
        // A server that began meanwhile was killed as a whole.
        if ((await serverUpMs(shop.db)) > performance.now() - began) await markGuilty(error);
      });
      suspected.delete(only.id);
    } else for (const segment of segments) suspected.add(segment.id);
    throw error;
  } finally {
    if (suspected.size > 0) suspects.set(id, suspected);
    else suspects.delete(id);
  }
}

const TRIES = 100;
const PAUSE_MS = 300;

async function whenBack(mark: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await mark();
      return;
    } catch (error) {
      if (!isLostConnection(error) || tries === TRIES) throw error;
      await setTimeout(PAUSE_MS);
    }
  }
}
