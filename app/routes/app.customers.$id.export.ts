// All stored data of a customer, as a file for the merchant.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { merchant } from "../shopify.server.ts";
import { exportCustomer } from "../sync/compliance/export.server.ts";

export const loader = async ({ request, params }: LoaderFunctionArgs) => {
  const { shop } = await merchant(request);
  const data = await exportCustomer(shop, params.id ?? "");
  if (!data) throw new Response("", { status: 404 });
  return Response.json(data);
};
