// How a form's answer reaches its editor: also where none came, and without leaving the page that holds what was typed.
import {
  isRouteErrorResponse,
  type ClientActionFunctionArgs,
  type ClientLoaderFunctionArgs,
  type ShouldRevalidateFunction,
} from "@remix-run/react";

export type Delivery = {
  /** No answer came, or none that says anything of the form: the app was out of reach, or the session has ended. */
  failed?: true;
  /** The page of what the form made. */
  created?: string;
};

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
  (actionResult as Delivery | null | undefined)?.failed ? false : defaultShouldRevalidate;

/** What an editor asks for beside what one types: null where no answer came, and the page stays. */
export const orNothing = ({ serverLoader }: ClientLoaderFunctionArgs): Promise<unknown> =>
  serverLoader().catch(() => null);
