// Faults on request: each fault applies to its share of the requests, to the same ones in every run of a new process.

import type { Fault, FaultKind, Store } from "./model.ts";

let state = 0x9e3779b9;

/** xorshift32, from 0 to below 1. */
function draw(): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) / 2 ** 32;
}

/** The faults of this request. `key`: `admin` for the Admin API, with `operation`, else a webhook's topic. */
export function drawFaults(store: Store, key: string, operation = ""): Map<FaultKind, Fault> {
  const struck = new Map<FaultKind, Fault>();
  if (store.faults.size === 0) return struck;
  const faults = [...(store.faults.get(key) ?? []), ...(key === "admin" ? [] : (store.faults.get("*") ?? []))];
  for (const fault of faults) {
    if (fault.operation !== undefined && fault.operation !== operation) continue;
    if (draw() < fault.share) struck.set(fault.kind, fault);
  }
  return struck;
}

/** Replaces the faults of one key. An empty list removes them. */
export function setFaults(store: Store, key: string, faults: Fault[]): void {
  if (faults.length === 0) store.faults.delete(key);
  else store.faults.set(key, faults);
}
