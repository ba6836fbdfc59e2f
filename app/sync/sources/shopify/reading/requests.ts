// Reads the bodies of Shopify's three compliance topics into privacy requests.
// https://shopify.dev/docs/apps/build/privacy-law-compliance
import { z } from "zod";
import { own } from "../../../../own.ts";
import { plain } from "../../../reading/body.ts";
import type { RequestBody, RequestKind, RequestReader } from "../../../compliance/request.ts";
import { parseLossless } from "../../../reading/lossless.ts";

const KINDS: Record<string, RequestKind> = {
  "customers/data_request": "export customer",
  "customers/redact": "erase customer",
  "shop/redact": "erase shop",
};

// `plain` writes ids and texts as the person's rows have them. Other characters would find no row, and PostgreSQL would refuse
// the request.
const id = z.union([z.string(), z.number()]).transform((value) => plain(value) ?? "");
/** An id that cannot be read is left out, so that the person is erased all the same. */
const ids = z
  .array(z.unknown())
  .nullish()
  .transform((list) => (list ? list.flatMap((one) => id.safeParse(one).data ?? []) : null));
const text = z
  .string()
  .nullish()
  .transform((value) => plain(value) || null);

const body = z.object({
  shop_id: id.nullish(),
  shop_domain: z.string(),
  customer: z
    .object({ id: id.nullish().transform((value) => value ?? null), email: text, phone: text })
    .nullish()
    .transform((value) => value ?? { id: null, email: null, phone: null }),
  orders_requested: ids,
  orders_to_redact: ids,
});

export function readRequest(bytes: Buffer): RequestBody | null {
  try {
    const { shop_id, shop_domain, customer, orders_requested, orders_to_redact } = body.parse(
      parseLossless(bytes.toString("utf8")),
    );
    const orderIds = orders_to_redact ?? orders_requested ?? [];
    const { id: customerId, email, phone } = customer;
    return { shopId: shop_domain, platformId: shop_id ?? null, subject: { customerId, email, phone, orderIds } };
  } catch {
    return null;
  }
}

export const shopifyRequests: RequestReader = { kindOf: (topic) => own(KINDS, topic) ?? null, read: readRequest };
