// Delivers the answer of a form to its editor. The page with the typed text stays, also where no answer arrives.
import {
  isRouteErrorResponse,
  type ClientActionFunctionArgs,
  type ClientLoaderFunctionArgs,
  type ShouldRevalidateFunction,
} from "@remix-run/react";
import type { Fault, Outcome } from "../../errors.ts";

/**
 * The answer of a form. `failed`: no usable answer arrived, because the app was out of reach or the session had ended.
 * `created`: the path of the page of the created object.
 */
export type Answer = Outcome | { failed: true } | { created: string };

export const isFailed = (answer: Answer | null | undefined): boolean => answer != null && "failed" in answer;
export const isDone = (answer: Answer | null | undefined): boolean =>
  answer != null && ("created" in answer || ("ok" in answer && answer.ok));
export const createdBy = (answer: Answer | null | undefined): string | undefined =>
  answer && "created" in answer ? answer.created : undefined;

/** The same list object for the same answer. */
export const faultsOf = (answer: Answer | null | undefined): readonly Fault[] =>
  answer && "ok" in answer && !answer.ok ? answer.faults : NONE;
const NONE: readonly Fault[] = [];

/**
 * Returns a failed delivery to the editor as data, since a thrown error would replace the page. Returns the page of a created
 * object as data too, so that the editor navigates to the page and keeps the text that was typed since.
 */
export async function deliver({ request, serverAction }: ClientActionFunctionArgs): Promise<unknown> {
  const form = await request.clone().formData();
  // Only editors send a version. The version of a new object is blank.
  const isEditorSave = form.get("intent") === "save" && form.has("version");
  try {
    return await serverAction();
  } catch (thrown) {
    const next = thrown instanceof Response ? thrown.headers.get("location") : null;
    if (next !== null && isEditorSave) return { created: next };
    if (next !== null || (isRouteErrorResponse(thrown) && thrown.status === 404)) throw thrown;
    return { failed: true };
  }
}

/** After a failed delivery the page's data are not read again: reading would fail too. */
export const revalidateIfDelivered: ShouldRevalidateFunction = ({ actionResult, defaultShouldRevalidate }) =>
  isFailed(actionResult as Answer | null | undefined) ? false : defaultShouldRevalidate;

/** For additional data of an editor: read again after a form, and not with each refresh of the page. */
export const revalidateAfterForms: ShouldRevalidateFunction = ({ formMethod, defaultShouldRevalidate }) =>
  formMethod !== undefined && defaultShouldRevalidate;

/** For additional data of an editor: null where no answer arrives, so that the page stays. */
export const nullIfUnreached = ({ serverLoader }: ClientLoaderFunctionArgs): Promise<unknown> =>
  serverLoader().catch(() => null);
