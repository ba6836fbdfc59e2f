import type { ProductRow, ShopRow, Version } from "../../../../customers/facts/entities.ts";
import { eachOf, partOf, type Body } from "../../../reading/body.ts";
import {
  currencyOf,
  exactTextOf,
  idNeeded,
  idOf,
  momentOf,
  shortTextOf,
  tagsOf,
  textOf,
  wordOf,
  zoneOf,
} from "./fields.ts";

type Seen = Pick<Version, "seenAt" | "rank">;

/** products/create, products/update */
export function readProduct(body: Body, seen: Seen): ProductRow {
  const [first] = eachOf(body, "images", (image) => textOf(image, "src"));
  return {
    ...seen,
    id: idNeeded(body),
    updatedAt: momentOf(body, "updated_at"),
    title: textOf(body, "title") ?? "",
    handle: shortTextOf(body, "handle"),
    vendor: shortTextOf(body, "vendor"),
    productType: shortTextOf(body, "product_type"),
    tags: tagsOf(body),
    imageUrl: textOf(partOf(body, "image"), "src") ?? first ?? null,
    status: wordOf(body, "status"),
  };
}

/** shop/update */
export const readShop = (body: Body, seen: Seen): ShopRow => ({
  ...seen,
  updatedAt: momentOf(body, "updated_at"),
  platformId: idOf(body),
  name: shortTextOf(body, "name"),
  email: exactTextOf(body, "email"),
  plan: shortTextOf(body, "plan_name"),
  locale: exactTextOf(body, "primary_locale"),
  country: exactTextOf(body, "country_code"),
  currency: currencyOf(body, "currency"),
  timeZone: zoneOf(body, "iana_timezone"),
});
