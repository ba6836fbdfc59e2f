import type { ProductRow, ShopRow, Version } from "../entities.ts";
import {
  capitalsOf,
  idNeeded,
  idOf,
  momentOf,
  objectOf,
  objectsOf,
  shortTextOf,
  tagsOf,
  textOf,
  type Json,
} from "./fields.ts";

type Seen = Pick<Version, "seenAt" | "rank">;

/** products/create, products/update */
export function readProduct(body: Json, seen: Seen): ProductRow {
  const [first = {}] = objectsOf(body["images"]);
  return {
    ...seen,
    id: idNeeded(body, "id"),
    updatedAt: momentOf(body["updated_at"], "updated_at"),
    title: textOf(body["title"]) ?? "",
    handle: shortTextOf(body["handle"]),
    vendor: shortTextOf(body["vendor"]),
    productType: shortTextOf(body["product_type"]),
    tags: tagsOf(body["tags"]),
    imageUrl: textOf(objectOf(body["image"])["src"]) ?? textOf(first["src"]),
    status: capitalsOf(body["status"]),
  };
}

/** shop/update */
export const readShop = (body: Json, seen: Seen): ShopRow => ({
  ...seen,
  updatedAt: momentOf(body["updated_at"], "updated_at"),
  platformId: idOf(body["id"]),
  name: shortTextOf(body["name"]),
  email: shortTextOf(body["email"]),
  plan: shortTextOf(body["plan_name"]),
  locale: shortTextOf(body["primary_locale"]),
  country: shortTextOf(body["country_code"]),
  currency: shortTextOf(body["currency"]),
  timeZone: shortTextOf(body["iana_timezone"]),
});
