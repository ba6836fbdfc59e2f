// An address of the admin that is no page: said within the app's frame.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { merchant } from "../shopify.server.ts";

export const loader = async ({ request }: LoaderFunctionArgs) => {
  await merchant(request);
  throw new Response(null, { status: 404, statusText: "Not Found" });
};

/** Without a component the answer would be no page. */
export default function Nothing() {
  return null;
}
