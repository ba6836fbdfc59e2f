// The draft of an editor. Typed text is never lost, neither to the answer of a save nor to another person's save.
import { useFetcher, useLocation, useNavigate } from "@remix-run/react";
import { useEffect, useState } from "react";
import type { Fault } from "../../errors.ts";
import { createdBy, faultsOf, isDone, isFailed, type Answer } from "./delivery.ts";
import { withSaved, isDirty, shownFaults, theirsOf, type EditState, type Saved } from "./edit-state.ts";
import { useToast } from "./toast.ts";

type Options<Draft> = {
  /** The saved data as the page last read them. */
  saved: Saved<Draft>;
  /** The first draft, where it differs from the saved data. */
  initial?: Draft | undefined;
  formOf: (draft: Draft, version: string) => FormData;
  /** The value of a fault's field. A fault disappears once the value changes. */
  partOf: (draft: Draft, field: string) => unknown;
};

export type Editing<Draft> = {
  draft: Draft;
  set: (draft: Draft) => void;
  dirty: boolean;
  busy: boolean;
  save: () => void;
  discard: () => void;
  /** The faults of the last save whose field still has the refused value. */
  faults: readonly Fault[];
  /** All faults of the last save; the same list object until the next save. */
  refused: readonly Fault[];
  failed: boolean;
  /** The data from which the draft began, and the data that another person saved since; null where nobody did. */
  theirs: { before: Draft; after: Draft } | null;
  keepMine: () => void;
  takeTheirs: () => void;
};

export function useDraft<Draft>({ saved, initial, formOf, partOf }: Options<Draft>): Editing<Draft> {
  const fetcher = useFetcher<Answer>();
  const { data, state } = fetcher;
  const first = initial ?? saved.draft;
  const [held, hold] = useState<EditState<Draft>>({ base: saved, draft: first, sent: first, accepted: false });
  const [answer, setAnswer] = useState(data);
  const [dismissed, dismiss] = useState<Answer>();
  if (data !== answer) {
    setAnswer(data);
    hold({ ...held, accepted: isDone(data) });
  } else {
    const next = withSaved(held, saved, state === "idle" && createdBy(data) === undefined);
    if (next !== held) hold(next);
  }
  // Only while idle: leaving the page during its revalidation would wait for that page for ever.
  useGoToCreated(state === "idle" ? createdBy(data) : undefined);
  useToast(isDone(data) ? data : undefined, "app.edit.saved");
  const shown = data === dismissed ? undefined : data;
  const { base, draft, accepted } = held;
  const rebase = (on: Draft) => {
    dismiss(data);
    hold({ ...held, base: saved, draft: on });
  };
  return {
    draft,
    set: (next) => hold((before) => ({ ...before, draft: next })),
    dirty: isDirty(held),
    busy: state !== "idle" || accepted,
    save: () => {
      hold({ ...held, sent: draft });
      fetcher.submit(formOf(draft, base.version), { method: "post" });
    },
    discard: () => rebase(saved.draft),
    faults: shownFaults(faultsOf(shown), held, saved, partOf),
    refused: faultsOf(shown),
    failed: isFailed(shown),
    theirs: theirsOf(held, saved),
    keepMine: () => rebase(draft),
    takeTheirs: () => rebase(saved.draft),
  };
}

type LocationState = { editor?: string } | null;

/** Replaces the page of a new object by the page of the created object, and keeps the same editor. */
function useGoToCreated(created: string | undefined): void {
  const navigate = useNavigate();
  const editor = useEditorKey();
  useEffect(() => {
    if (created !== undefined) navigate(created, { replace: true, state: { editor } satisfies LocationState });
  }, [created, editor, navigate]);
}

/** The React key of a page's editor. The page of a created object has the key of the page that created the object. */
export function useEditorKey(): string {
  const { key, pathname, state } = useLocation();
  return (state as LocationState)?.editor ?? (pathname.endsWith("/new") ? `${pathname} ${key}` : pathname);
}
