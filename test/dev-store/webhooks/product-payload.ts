import type { Emission, Product, ShopState, Store, Variant } from "../model.ts";
import { exact } from "./serialise.ts";
import { shopTime } from "./shop-time.ts";

/** The body has the first hundred variants in full, and only the gids of the others. */
const WHOLE_VARIANTS = 100;

export function productPayload(_store: Store, shop: ShopState, { resourceId }: Emission): unknown {
  const product = shop.products.get(resourceId);
  if (product === undefined) throw new Error(`No product ${resourceId} in ${shop.domain}.`);
  const image = imagePayload(shop, product);
  return {
    admin_graphql_api_id: `gid://shopify/Product/${product.id}`,
    body_html: product.descriptionHtml,
    created_at: shopTime(shop, product.createdAt),
    handle: product.handle,
    id: exact(product.id),
    product_type: product.productType,
    published_at: shopTime(shop, product.createdAt),
    template_suffix: null,
    title: product.title,
    updated_at: shopTime(shop, product.updatedAt),
    vendor: product.vendor,
    status: "active",
    published_scope: "global",
    tags: product.tags.join(", "),
    variants: product.variants
      .slice(0, WHOLE_VARIANTS)
      .map((variant, index) => variantPayload(shop, product, variant, index)),
    options: [
      {
        name: product.variants.length > 1 ? "Size" : "Title",
        id: exact(`${product.id}1`),
        product_id: exact(product.id),
        position: 1,
        values: product.variants.map((variant) => variant.title),
      },
    ],
    images: image === null ? [] : [image],
    image,
    media: [],
    variant_gids: product.variants.map((variant) => ({
      admin_graphql_api_id: `gid://shopify/ProductVariant/${variant.id}`,
      updated_at: shopTime(shop, product.updatedAt),
    })),
    has_variants_that_requires_components: false,
    category: null,
  };
}

function variantPayload(shop: ShopState, product: Product, variant: Variant, index: number): unknown {
  return {
    admin_graphql_api_id: `gid://shopify/ProductVariant/${variant.id}`,
    barcode: null,
    compare_at_price: null,
    created_at: shopTime(shop, product.createdAt),
    id: exact(variant.id),
    inventory_policy: "continue",
    position: index + 1,
    price: variant.price,
    product_id: exact(product.id),
    sku: variant.sku,
    taxable: true,
    title: variant.title,
    updated_at: shopTime(shop, product.updatedAt),
    option1: variant.title,
    option2: null,
    option3: null,
    image_id: null,
    inventory_item_id: exact(`${variant.id}7`),
    inventory_quantity: 100,
    old_inventory_quantity: 100,
  };
}

function imagePayload(shop: ShopState, product: Product): unknown {
  if (product.image === null) return null;
  const id = `${product.id}9`;
  return {
    id: exact(id),
    alt: product.title,
    position: 1,
    product_id: exact(product.id),
    created_at: shopTime(shop, product.createdAt),
    updated_at: shopTime(shop, product.updatedAt),
    admin_graphql_api_id: `gid://shopify/ProductImage/${id}`,
    width: 800,
    height: 800,
    src: product.image.startsWith("/") ? `https://${shop.domain}${product.image}` : product.image,
    variant_ids: [],
  };
}
