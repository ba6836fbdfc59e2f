// The state of an editor, and how the state changes when the page's data are read again.
import { STALE, type Fault } from "../../errors.ts";
import { isSame } from "../../same.ts";

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

export const isDirty = <Draft>({ draft, base }: EditState<Draft>): boolean => !isSame(draft, base.draft);

/** The state after the page's data were read. The same object where nothing changes. `isRead`: `saved` is newer than the last answer. */
export function withSaved<Draft>(state: EditState<Draft>, saved: Saved<Draft>, isRead: boolean): EditState<Draft> {
  const { base, draft, sent, accepted } = state;
  const moved = saved.version !== base.version;
  // Text that was typed while the save ran stays in the draft and is not saved yet.
  if (accepted && (moved || isRead))
    return { ...state, base: saved, draft: isSame(draft, sent) ? saved.draft : draft, accepted: false };
  if (accepted || !moved) return state;
  if (!isDirty(state)) return { ...state, base: saved, draft: saved.draft };
  return isSame(saved.draft, base.draft) || isSame(saved.draft, draft) ? { ...state, base: saved } : state;
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
    return field === undefined || isSame(partOf(state.draft, field), partOf(state.sent, field));
  });
}
