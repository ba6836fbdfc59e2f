// Finds recorded requests and answers of the real Admin API in files of different forms.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export type Recording = {
  /** `2026-04/orders` */
  folder: string;
  file: string;
  query: string;
  variables: Record<string, unknown>;
  data: Record<string, unknown> | null;
  errors: RecordedError[];
  cost: { requested: number; actual: number | null } | null;
};
export type RecordedError = { message: string; extensions?: Record<string, unknown> };

type Json = Record<string, unknown>;

export function readRecordings(root: string): Recording[] {
  if (!existsSync(root)) return [];
  const found: Recording[] = [];
  for (const version of readdirSync(root).sort()) {
    for (const topic of readdirSync(join(root, version)).sort()) {
      const folder = `${version}/${topic}`;
      for (const file of readdirSync(join(root, folder)).sort()) {
        collect(JSON.parse(readFileSync(join(root, folder, file), "utf8")), folder, file, found);
      }
    }
  }
  return found;
}

function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A request and its answer are siblings somewhere in the file. */
function collect(value: unknown, folder: string, file: string, found: Recording[]): void {
  if (Array.isArray(value)) for (const item of value) collect(item, folder, file, found);
  if (!isRecord(value)) return;
  const query = value["query"] ?? value["document"];
  const reply = replyOf(value["response"] ?? value["result"] ?? value["payload"]);
  if (typeof query === "string" && query.includes("{") && reply !== null) {
    const variables = isRecord(value["variables"]) ? value["variables"] : {};
    found.push({ folder, file, query, variables, ...reply });
  }
  for (const inner of Object.values(value)) collect(inner, folder, file, found);
}

function replyOf(value: unknown): Pick<Recording, "data" | "errors" | "cost"> | null {
  if (!isRecord(value)) return null;
  const body = [value, value["body"], value["payload"]].find(
    (one) => isRecord(one) && ("data" in one || "errors" in one),
  );
  if (!isRecord(body)) return null;
  const errors = Array.isArray(body["errors"]) ? body["errors"].filter(isError) : [];
  return { data: isRecord(body["data"]) ? body["data"] : null, errors, cost: costOf(body["extensions"]) };
}

function isError(value: unknown): value is RecordedError {
  return isRecord(value) && typeof value["message"] === "string";
}

function costOf(extensions: unknown): Recording["cost"] {
  const cost = isRecord(extensions) ? extensions["cost"] : null;
  if (!isRecord(cost) || typeof cost["requestedQueryCost"] !== "number") return null;
  const actual = cost["actualQueryCost"];
  return { requested: cost["requestedQueryCost"], actual: typeof actual === "number" ? actual : null };
}
