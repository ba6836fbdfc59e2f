import { emitAll, newEventId, stamp } from "../happen.ts";
import type { Product, ShopState, Store, Variant } from "../model.ts";
import type { Part } from "./customer.ts";

export type NewProduct = Partial<Omit<Product, "variants" | "title">> & {
  title: string;
  variants?: (Omit<Variant, "id"> & { id?: string })[];
};

export function createProduct(store: Store, shop: ShopState, input: NewProduct, part: Part = {}): Product {
  const now = stamp(store);
  const variants = input.variants ?? [{ title: "Default Title", sku: "", price: "0.00" }];
  const product: Product = {
    id: input.id ?? store.newId(shop),
    handle: input.handle ?? handleOf(input.title),
    title: input.title,
    descriptionHtml: input.descriptionHtml ?? "",
    vendor: input.vendor ?? shop.name,
    productType: input.productType ?? "",
    tags: input.tags ?? [],
    variants: variants.map((variant) => ({ ...variant, id: variant.id ?? store.newId(shop) })),
    image: input.image ?? null,
    createdAt: input.createdAt ?? now,
    updatedAt: input.updatedAt ?? input.createdAt ?? now,
  };
  shop.products.set(product.id, product);
  emitAll(store, shop, part.eventId ?? newEventId(), [{ topic: "products/create", resourceId: product.id }]);
  return product;
}

export function updateProduct(
  store: Store,
  shop: ShopState,
  productId: string,
  changes: Partial<Omit<Product, "id" | "createdAt" | "updatedAt">>,
  part: Part = {},
): Product {
  const product = shop.products.get(productId);
  if (product === undefined) throw new Error(`No product ${productId} in ${shop.domain}.`);
  Object.assign(product, changes, { updatedAt: stamp(store) });
  emitAll(store, shop, part.eventId ?? newEventId(), [{ topic: "products/update", resourceId: productId }]);
  return product;
}

export function deleteProduct(store: Store, shop: ShopState, productId: string, part: Part = {}): void {
  if (!shop.products.delete(productId)) return;
  emitAll(store, shop, part.eventId ?? newEventId(), [{ topic: "products/delete", resourceId: productId }]);
}

export function handleOf(title: string): string {
  return title
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}
