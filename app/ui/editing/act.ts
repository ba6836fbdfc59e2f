// The actions of a page's buttons other than Save.
import { useFetcher } from "@remix-run/react";
import { useState } from "react";
import type { Fault } from "../../errors.ts";
import { faultsOf, isFailed, type Answer } from "./delivery.ts";
import { useToast } from "./toast.ts";

const NOT_DONE: Fault = { key: "app.edit.not_done" };

/** `done`: by intent, the locale key of the toast after the action. */
export function useAct(done: Record<string, string>) {
  const fetcher = useFetcher<Answer>();
  const [intent, setIntent] = useState("");
  const { data, state } = fetcher;
  const [refusal] = isFailed(data) ? [NOT_DONE] : faultsOf(data);
  useToast(data && !refusal && done[intent] ? data : null, done[intent] ?? "");
  return {
    act: (what: string, fields: Record<string, string> = {}) => {
      setIntent(what);
      fetcher.submit({ intent: what, ...fields }, { method: "post" });
    },
    busy: state !== "idle",
    /** Why the last action was refused. */
    refusal: state === "idle" ? refusal : undefined,
  };
}
