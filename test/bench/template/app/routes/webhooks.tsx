import type { ActionFunctionArgs } from "@remix-run/node";
import { saveOrder, type Order } from "../orders.server.ts";
import { authenticate } from "../shopify.server.ts";

export async function action({ request }: ActionFunctionArgs) {
  const { shop, payload } = await authenticate.webhook(request);
  await saveOrder(shop, payload as Order);
  return new Response();
}
