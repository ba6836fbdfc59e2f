// What is kept of a plugin's failure: what failed and where. What it said is not: a message may quote a person.
import fs from "node:fs";
import path from "node:path";
import pg from "pg";
import { NoAnswer } from "../time-limit.ts";

/** The same from the source and from the build, which lies two folders deep as well. */
const root = path.resolve(import.meta.dirname, "../..") + path.sep;

const NAME = /^[A-Z]\w{0,60}Error$/;
const FRAME = /^\s+at (?:.*\()?(?:file:\/\/)?(\/[^()]*?):(\d+):\d+\)?$/gm;
/** `app/db.server.ts` says where every statement fails, and nothing of which. */
const GROUND = /^app\/[^/]+$/;
/** Where a domain runs the SQL that a plugin gave it, the plugin is nowhere to be seen. */
const DOMAIN = /^app\/(?!plugins\/)/;

/** `TypeError at app/plugins/loyalty/plugin.server.ts:42`. */
export function nameFailure(error: unknown): string {
  if (error instanceof NoAnswer) return error.message;
  const place = placeOf(error);
  return place ? `${kindOf(error)} at ${place}` : kindOf(error);
}

function kindOf(error: unknown): string {
  if (error instanceof pg.DatabaseError) return `DatabaseError ${error.code ?? ""}`.trim();
  return error instanceof Error && NAME.test(error.name) ? error.name : "Error";
}

/** A line of a stack may be a line of a message: what is no file of ours is no place. */
function placeOf(error: unknown): string | null {
  if (!(error instanceof Error) || typeof error.stack !== "string") return null;
  const places: string[] = [];
  for (const [, file = "", line] of error.stack.matchAll(FRAME)) {
    if (!file.startsWith(root) || file.includes("/node_modules/") || !fs.existsSync(file)) continue;
    places.push(`${file.slice(root.length)}:${line}`);
  }
  if (error instanceof pg.DatabaseError) return places.find((place) => !DOMAIN.test(place)) ?? null;
  return places.find((place) => !GROUND.test(place)) ?? places[0] ?? null;
}
