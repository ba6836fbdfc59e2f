// What one types in an editor is never lost: neither to the answer of a save, nor to what others saved meanwhile.
import { useFetcher, useLocation, useNavigate } from "@remix-run/react";
import { useEffect, useState } from "react";
import type { Fault } from "../../errors.ts";
import { createdBy, faultsOf, isDone, isFailed, type Answer } from "./delivery.ts";
import { adopt, isDirty, shownFaults, theirsOf, type Held, type Saved } from "./held.ts";
import { useToast } from "./toast.ts";

type Options<Draft> = {
  /** As the page was read last. */
  saved: Saved<Draft>;
  /** What an editor begins with where that is not what was saved. */
  initial?: Draft | undefined;
  formOf: (draft: Draft, version: string) => FormData;
  /** What a fault's field holds: a fault goes once that is another. */
  partOf: (draft: Draft, field: string) => unknown;
};

export type Editing<Draft> = {
  draft: Draft;
  set: (draft: Draft) => void;
  dirty: boolean;
  busy: boolean;
  save: () => void;
  discard: () => void;
  /** Those of the last save whose field still holds what was refused. */
  faults: readonly Fault[];
  /** All of the last save; the same list until the next. */
  refused: readonly Fault[];
  failed: boolean;
  /** What was there when the typing began, and what others saved since; null while they are the same. */
  theirs: { before: Draft; after: Draft } | null;
  keepMine: () => void;
  takeTheirs: () => void;
};

export function useDraft<Draft>({ saved, initial, formOf, partOf }: Options<Draft>): Editing<Draft> {
  const fetcher = useFetcher<Answer>();
  const { data, state } = fetcher;
  const first = initial ?? saved.draft;
  const [held, hold] = useState<Held<Draft>>({ base: saved, draft: first, sent: first, landed: false });
  const [answer, setAnswer] = useState(data);
  const [hushed, hush] = useState<Answer>();
  if (data !== answer) {
    setAnswer(data);
    hold({ ...held, landed: isDone(data) });
  } else {
    const next = adopt(held, saved, state === "idle" && createdBy(data) === undefined);
    if (next !== held) hold(next);
  }
  // Only then: a page that is left while it is read anew would be waited for in vain.
  useGoOn(state === "idle" ? createdBy(data) : undefined);
  useToast(isDone(data) ? data : undefined, "app.edit.saved");
  const told = data === hushed ? undefined : data;
  const { base, draft, landed } = held;
  const rebase = (on: Draft) => {
    hush(data);
    hold({ ...held, base: saved, draft: on });
  };
  return {
    draft,
    set: (next) => hold((before) => ({ ...before, draft: next })),
    dirty: isDirty(held),
    busy: state !== "idle" || landed,
    save: () => {
      hold({ ...held, sent: draft });
      fetcher.submit(formOf(draft, base.version), { method: "post" });
    },
    discard: () => rebase(saved.draft),
    faults: shownFaults(faultsOf(told), held, saved, partOf),
    refused: faultsOf(told),
    failed: isFailed(told),
    theirs: theirsOf(held, saved),
    keepMine: () => rebase(draft),
    takeTheirs: () => rebase(saved.draft),
  };
}

type GoesOn = { editor?: string } | null;

/** The page of what was made takes the place of the page that made it, in the same editor. */
function useGoOn(created: string | undefined): void {
  const navigate = useNavigate();
  const editor = useEditorKey();
  useEffect(() => {
    if (created !== undefined) navigate(created, { replace: true, state: { editor } satisfies GoesOn });
  }, [created, editor, navigate]);
}

/** Names the editor of a page; a page that it goes on to has the same name. */
export function useEditorKey(): string {
  const { key, pathname, state } = useLocation();
  return (state as GoesOn)?.editor ?? (pathname.endsWith("/new") ? `${pathname} ${key}` : pathname);
}
