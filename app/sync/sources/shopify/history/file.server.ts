// Reads the file of a bulk operation: one JSON object on each line. A child names its parent by __parentId and may stand
// anywhere. The file is streamed into a temporary table, which PostgreSQL moves to disk as it grows, and read back by parent.
import pg from "pg";
import { env } from "../../../../env.server.ts";
import { parseStorable, storable } from "../../../../storable.ts";
import type { Found } from "./apply-history.server.ts";

/** `gone`: the URL has expired. `damaged`: lines are missing or broken. In both cases a new operation must be started. */
export type Loaded = "complete" | "gone" | "damaged";

export type Stage = {
  /**
   * Reads the file at the URL. `expected`: the number of objects that Shopify gives for the file. A line that is not JSON
   * damages the file. In the last attempt (`isLast`) the line becomes a row of its own, which is then held up.
   */
  load(url: string, expected: number, options: { isLast: boolean }): Promise<Loaded>;
  parents(size: number): AsyncGenerator<Found[]>;
};

const LINES_AT_ONCE = 1000;
const STALLED_MS = 60_000;
const CONNECT_MS = 10_000;
/** In characters. A line has one object, and no object of a shop is longer. */
const MAX_LINE = 8 * 1024 * 1024;

type Line = { id: string | null; parent: string | null; text: string };

/** Runs `work` in one transaction on a connection of its own, so that the temporary table is dropped in any case. */
export async function withStage<T>(work: (stage: Stage) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: env.APP_DATABASE_URL, connectionTimeoutMillis: CONNECT_MS });
  client.on("error", () => undefined);
  await client.connect();
  try {
    await client.query(
      `BEGIN; CREATE TEMP TABLE staged (seq bigint GENERATED ALWAYS AS IDENTITY, id text, parent text, line text) ON COMMIT DROP`,
    );
    return await work({
      load: (url, expected, { isLast }) => load(client, readFile(url, expected, isLast)),
      parents: (size) => readParents(client, size),
    });
  } finally {
    await client.end();
  }
}

async function load(client: pg.Client, file: AsyncGenerator<Line[], Loaded>): Promise<Loaded> {
  try {
    for (let next = await file.next(); ; next = await file.next()) {
      if (next.done) {
        if (next.value === "complete") await client.query("CREATE INDEX ON staged (parent, seq); ANALYZE staged");
        return next.value;
      }
      await store(client, next.value);
    }
  } finally {
    // Errors of the database are thrown to the caller. Errors of the network are the outcome `damaged`.
    await file.return("damaged");
  }
}

/** Yields the lines in batches. Returns whether the file is complete. */
export async function* readFile(url: string, expected: number, isLast: boolean): AsyncGenerator<Line[], Loaded> {
  const stall = new AbortController();
  const wait = () => setTimeout(() => stall.abort(), STALLED_MS);
  let timer = wait();
  try {
    const response = await fetch(url, { signal: stall.signal });
    if ([401, 403, 404, 410].includes(response.status)) return "gone";
    if (!response.ok || !response.body) return "damaged";
    const batch: Line[] = [];
    let objects = 0;
    for await (const text of linesOf(response.body, { isLast })) {
      timer = timer.refresh();
      objects += 1;
      const line = readLine(text) ?? (isLast ? brokenLine(text) : undefined);
      if (line === undefined) return "damaged";
      // Shopify counts a line that is null (a child of a deleted product). Such a line has no data.
      if (line !== null) batch.push(line);
      if (batch.length < LINES_AT_ONCE) continue;
      clearTimeout(timer);
      yield batch.splice(0);
      timer = wait();
    }
    if (objects < expected) return "damaged";
    yield batch;
    return "complete";
  } catch {
    return "damaged";
  } finally {
    clearTimeout(timer);
  }
}

/** Bytes that are not UTF-8 damage the file. In the last attempt U+FFFD replaces these bytes. */
async function* linesOf(body: ReadableStream<Uint8Array>, { isLast }: { isLast: boolean }): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: !isLast });
  let rest = "";
  for await (const chunk of body) {
    const pieces = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = pieces.pop() ?? "";
    if (rest.length > MAX_LINE) throw new Error("a line without end");
    for (const piece of pieces) if (piece.trim() !== "") yield piece;
  }
  rest += decoder.decode();
  if (rest.trim() !== "") yield rest;
}

/** Undefined for a line that is not JSON, null for a line that is null. */
function readLine(text: string): Line | null | undefined {
  try {
    const value: unknown = parseStorable(text);
    if (value === null) return null;
    const { id, __parentId: parent } = value as { id?: unknown; __parentId?: unknown };
    const [key, above] = [id, parent].map((each) => (typeof each === "string" ? each : null));
    return { id: key ?? null, parent: above ?? null, text: JSON.stringify(value) };
  } catch {
    return undefined;
  }
}

const brokenLine = (text: string): Line => ({ id: null, parent: null, text: JSON.stringify(storable(text)) });

async function store(client: pg.Client, lines: Line[]): Promise<void> {
  if (lines.length === 0) return;
  await client.query("INSERT INTO staged (id, parent, line) SELECT * FROM unnest($1::text[], $2::text[], $3::text[])", [
    lines.map(({ id }) => id),
    lines.map(({ parent }) => parent),
    lines.map(({ text }) => text),
  ]);
}

async function* readParents(client: pg.Client, size: number): AsyncGenerator<Found[]> {
  for (let last = "0"; ;) {
    // A child that is in the file twice is read once.
    const { rows } = await client.query<{ seq: string; line: string; children: string[] }>(
      `SELECT s.seq::text AS seq, s.line,
         (SELECT coalesce(array_agg(c.line ORDER BY c.seq), '{}') FROM staged c
          WHERE c.parent = s.id
            AND NOT EXISTS (SELECT FROM staged d WHERE d.parent = c.parent AND d.id = c.id AND d.seq < c.seq)) AS children
       FROM staged s WHERE s.parent IS NULL AND s.seq > $1 ORDER BY s.seq LIMIT $2`,
      [last, size],
    );
    const end = rows.at(-1);
    if (!end) return;
    yield rows.map(({ line, children }) => ({
      node: JSON.parse(line) as unknown,
      children: children.map((child) => JSON.parse(child) as unknown),
    }));
    last = end.seq;
  }
}
