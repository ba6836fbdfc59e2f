import type { ShopState } from "../model.ts";

const formats = new Map<string, Intl.DateTimeFormat>();
/** By zone and quarter of an hour, within which no zone changes its offset. */
const offsets = new Map<string, string>();
const QUARTER = 900_000;

/** A time as REST bodies have it: in the shop's zone with its offset, to the second. */
export function shopTime(shop: ShopState, iso: string): string {
  const at = Date.parse(iso);
  const offset = offsetAt(shop.timeZone, at);
  const minutes = (offset.startsWith("-") ? -1 : 1) * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4)));
  return new Date(at + minutes * 60_000).toISOString().slice(0, 19) + offset;
}

export function shopTimeOrNull(shop: ShopState, iso: string | null): string | null {
  return iso === null ? null : shopTime(shop, iso);
}

/** `+05:30`. */
export function offsetAt(timeZone: string, at: number): string {
  const key = `${timeZone} ${Math.floor(at / QUARTER)}`;
  let offset = offsets.get(key);
  if (offset === undefined) {
    offset = readOffset(timeZone, at);
    if (offsets.size > 50_000) offsets.clear();
    offsets.set(key, offset);
  }
  return offset;
}

function readOffset(timeZone: string, at: number): string {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" });
    formats.set(timeZone, format);
  }
  const part = format.formatToParts(at).find((entry) => entry.type === "timeZoneName");
  return part?.value.slice(3) || "+00:00";
}
