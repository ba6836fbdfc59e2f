// How a form's answer reaches its editor: also where none came, and without leaving the page that holds what was typed.
import {
  isRouteErrorResponse,
  type ClientActionFunctionArgs,
  type ClientLoaderFunctionArgs,
  type ShouldRevalidateFunction,
} from "@remix-run/react";
import type { Fault, Outcome } from "../../errors.ts";

/**
 * What becomes of a form. `failed`: no answer came, or none that says anything of the form; the app was out of reach, or the
 * session has ended. `created`: the page of what the form made.
 */
export type Answer = Outcome | { failed: true } | { created: string };

export const isFailed = (answer: Answer | null | undefined): boolean => answer != null && "failed" in answer;
export const isDone = (answer: Answer | null | undefined): boolean =>
  answer != null && ("created" in answer || ("ok" in answer && answer.ok));
export const createdBy = (answer: Answer | null | undefined): string | undefined =>
  answer && "created" in answer ? answer.created : undefined;

/** The same list for the same answer. */
export const faultsOf = (answer: Answer | null | undefined): readonly Fault[] =>
  answer && "ok" in answer && !answer.ok ? answer.faults : NONE;
const NONE: readonly Fault[] = [];

/**
 * A form that could not be delivered is told to its editor: as a fault of the route it would take the place of the page.
 * What a save made is told too, so that the editor itself goes on to its page with what was typed since.
 */
export async function deliver({ request, serverAction }: ClientActionFunctionArgs): Promise<unknown> {
  const form = await request.clone().formData();
  // An editor sends the version that it saw, an empty one of a new thing.
  const isEditors = form.get("intent") === "save" && form.has("version");
  try {
    return await serverAction();
  } catch (thrown) {
    const next = thrown instanceof Response ? thrown.headers.get("location") : null;
    if (next !== null && isEditors) return { created: next };
    if (next !== null || (isRouteErrorResponse(thrown) && thrown.status === 404)) throw thrown;
    return { failed: true };
  }
}

/** Out of reach, reading the page anew would fail too. */
export const unlessUndelivered: ShouldRevalidateFunction = ({ actionResult, defaultShouldRevalidate }) =>
  isFailed(actionResult as Answer | null | undefined) ? false : defaultShouldRevalidate;

/** What an editor asks for beside what one types: null where no answer came, and the page stays. */
export const orNothing = ({ serverLoader }: ClientLoaderFunctionArgs): Promise<unknown> =>
  serverLoader().catch(() => null);
