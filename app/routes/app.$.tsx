// Any other URL below /app: answers 404 within the app's frame.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { merchant } from "../shopify.server.ts";

export const loader = async ({ request }: LoaderFunctionArgs) => {
  await merchant(request);
  throw new Response(null, { status: 404, statusText: "Not Found" });
};

/** Without a component Remix answers with bare data instead of a page. */
export default function Nothing() {
  return null;
}
