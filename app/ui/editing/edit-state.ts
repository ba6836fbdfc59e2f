// The state of an editor, and how the state changes when the page's data are read again.
import { STALE, type Fault } from "../../errors.ts";

export type Saved<Draft> = { draft: Draft; version: string };

export type EditState<Draft> = {
  /** The saved data from which the draft began. */
  base: Saved<Draft>;
  draft: Draft;
  /** The draft of the last save. */
  sent: Draft;
  /** The last save was accepted, and the page's data were not read again since. */
  accepted: boolean;
};

/** Equal objects have equal texts, whatever the order of their keys. */
const canonical = (value: unknown): string | undefined =>
  JSON.stringify(value, (_key, part: unknown) =>
    part instanceof Object && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort()) : part,
  );
const same = (one: unknown, other: unknown): boolean => canonical(one) === canonical(other);

export const isDirty = <Draft>({ draft, base }: EditState<Draft>): boolean => !same(draft, base.draft);

/** The state after the page's data were read. The same object where nothing changes. `isRead`: `saved` is newer than the last answer. */
export function withSaved<Draft>(state: EditState<Draft>, saved: Saved<Draft>, isRead: boolean): EditState<Draft> {
  const { base, draft, sent, accepted } = state;
  const moved = saved.version !== base.version;
  // Text that was typed while the save ran stays in the draft and is not saved yet.
  if (accepted && (moved || isRead))
    return { ...state, base: saved, draft: same(draft, sent) ? saved.draft : draft, accepted: false };
  if (accepted || !moved) return state;
  if (!isDirty(state)) return { ...state, base: saved, draft: saved.draft };
  return same(saved.draft, base.draft) || same(saved.draft, draft) ? { ...state, base: saved } : state;
}

/** What another person saved since the draft began; null where nobody did. */
export const theirsOf = <Draft>({ base, accepted }: EditState<Draft>, saved: Saved<Draft>) =>
  accepted || saved.version === base.version ? null : { before: base.draft, after: saved.draft };

/** The faults whose field still has the refused value. STALE is left out where the banner shows what another person saved. */
export function shownFaults<Draft>(
  faults: readonly Fault[],
  state: EditState<Draft>,
  saved: Saved<Draft>,
  partOf: (draft: Draft, field: string) => unknown,
): readonly Fault[] {
  return faults.filter(({ key, field }) => {
    if (key === STALE.key && theirsOf(state, saved) !== null) return false;
    return field === undefined || same(partOf(state.draft, field), partOf(state.sent, field));
  });
}
