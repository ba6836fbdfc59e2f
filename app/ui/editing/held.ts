// What an editor holds, and what becomes of it when the page is read anew.
import { STALE, type Fault } from "../../errors.ts";

export type Saved<Draft> = { draft: Draft; version: string };

export type Held<Draft> = {
  /** What was there when the typing began. */
  base: Saved<Draft>;
  draft: Draft;
  /** What the last save carried. */
  sent: Draft;
  /** A save was taken, and the page was not read since. */
  landed: boolean;
};

/** The order of an object's keys says nothing. */
const canonical = (value: unknown): string | undefined =>
  JSON.stringify(value, (_key, part: unknown) =>
    part instanceof Object && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort()) : part,
  );
const same = (one: unknown, other: unknown): boolean => canonical(one) === canonical(other);

export const isDirty = <Draft>({ draft, base }: Held<Draft>): boolean => !same(draft, base.draft);

/** The same object where nothing changes. `isRead`: what is saved was read after the last answer. */
export function adopt<Draft>(held: Held<Draft>, saved: Saved<Draft>, isRead: boolean): Held<Draft> {
  const { base, draft, sent, landed } = held;
  const moved = saved.version !== base.version;
  // What was typed while the save ran stays, and is not saved yet.
  if (landed && (moved || isRead))
    return { ...held, base: saved, draft: same(draft, sent) ? saved.draft : draft, landed: false };
  if (landed || !moved) return held;
  if (!isDirty(held)) return { ...held, base: saved, draft: saved.draft };
  return same(saved.draft, base.draft) || same(saved.draft, draft) ? { ...held, base: saved } : held;
}

/** What others saved while one typed; null where nobody did. */
export const theirsOf = <Draft>({ base, landed }: Held<Draft>, saved: Saved<Draft>) =>
  landed || saved.version === base.version ? null : { before: base.draft, after: saved.draft };

/** Those whose field still holds what was refused. What others saved is shown itself. */
export function shownFaults<Draft>(
  faults: readonly Fault[],
  held: Held<Draft>,
  saved: Saved<Draft>,
  partOf: (draft: Draft, field: string) => unknown,
): readonly Fault[] {
  return faults.filter(({ key, field }) => {
    if (key === STALE.key && theirsOf(held, saved) !== null) return false;
    return field === undefined || same(partOf(held.draft, field), partOf(held.sent, field));
  });
}
