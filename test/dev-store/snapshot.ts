import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import type { Delivery, ShopState, Store } from "./model.ts";

const SAVE_AFTER = 2000;
const timers = new WeakMap<Store, NodeJS.Timeout>();

type Snapshot = { now: Date; shops: Map<string, ShopState>; open: Delivery[] };
type Packed = Omit<Delivery, "body"> & { body: string };

/** Null if the file does not exist. Store time continues from the saved time, or from the wall clock if that is later. */
export function loadSnapshot(file: string): Snapshot | null {
  let packed: Buffer;
  try {
    packed = readFileSync(file);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
  const { now, shops, open } = JSON.parse(gunzipSync(packed).toString("utf8"), revive) as {
    now: string;
    shops: Map<string, ShopState>;
    open: Packed[];
  };
  return {
    now: new Date(Math.max(Date.parse(now), Date.now())),
    shops,
    open: open.map((delivery) => ({ ...delivery, body: Buffer.from(delivery.body, "base64") })),
  };
}

export function saveSnapshot(store: Store, file: string): void {
  clearTimeout(timers.get(store));
  timers.delete(store);
  const open = store.outbox.log
    .filter((delivery) => delivery.state === "waiting" || delivery.state === "sending")
    .map((delivery): Packed => ({ ...delivery, body: delivery.body?.toString("base64") ?? "" }));
  const text = JSON.stringify({ now: store.clock.now().toISOString(), shops: store.shops, open }, pack);
  writeFileSync(`${file}.new`, gzipSync(text, { level: 1 }));
  renameSync(`${file}.new`, file);
}

/** Saves after a moment. Changes until then are in the same file. */
export function scheduleSave(store: Store): void {
  const file = store.config.snapshot;
  if (file === undefined || timers.has(store)) return;
  timers.set(store, setTimeout(() => saveSnapshot(store, file), SAVE_AFTER).unref());
}

/** Saves outstanding changes at the end of the process. */
export function flushSnapshot(store: Store): void {
  if (store.config.snapshot !== undefined) saveSnapshot(store, store.config.snapshot);
}

function pack(_key: string, value: unknown): unknown {
  return value instanceof Map ? { "%map": [...value] } : value;
}

function revive(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("%map" in value)) return value;
  return new Map(value["%map"] as [unknown, unknown][]);
}
