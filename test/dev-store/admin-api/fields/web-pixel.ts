import type { ShopState } from "../../model.ts";
import type { Context, Fields } from "../context.ts";
import { gid, idOf } from "../gid.ts";
import { refusal } from "../refusal.ts";

/** Left out of a shop for which the app has created none. */
export type WebPixel = NonNullable<ShopState["webPixel"]>;

export const pixelFields: Fields = {
  id: (pixel: WebPixel) => gid("WebPixel", pixel.id),
  settings: (pixel: WebPixel) => pixel.settings,
};

export const pixelQueries: Fields = {
  webPixel: (_: unknown, { id }: { id?: string | null }, { shop }: Context) => {
    const { webPixel } = shop;
    if (webPixel && (id == null || idOf("WebPixel", id) === webPixel.id)) return webPixel;
    throw refusal("No web pixel was found for this app.", "RESOURCE_NOT_FOUND");
  },
};
