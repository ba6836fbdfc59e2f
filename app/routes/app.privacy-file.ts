// All stored data of the person whom a data request is about, as a file for the merchant to send.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { readStoreFacts } from "../shop-settings.server.ts";
import { merchant } from "../shopify.server.ts";
import { writeDocument } from "../sync/compliance/held-document.ts";
import { readHeldData } from "../sync/compliance/privacy-requests.server.ts";
import { openWords } from "../ui/words.ts";

export const loader = async ({ request }: LoaderFunctionArgs) => {
  const { shop, locale } = await merchant(request);
  const data = await readHeldData(shop, new URL(request.url).searchParams.get("request") ?? "");
  if (!data) throw new Response("", { status: 404 });
  const { name } = await readStoreFacts(shop);
  const { t } = openWords(locale);
  const document = writeDocument(data, name || shop.domain, { ...shop, locale }, t, shop.now());
  return new Response(document, {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-disposition": 'attachment; filename="personal-data.html"',
      "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
      "cache-control": "no-store",
    },
  });
};
