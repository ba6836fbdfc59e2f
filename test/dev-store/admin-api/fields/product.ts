import type { GraphQLResolveInfo } from "graphql";
import { collectionsOf } from "../../collections.ts";
import type { Product, Variant } from "../../model.ts";
import { toMillionths } from "../../money.ts";
import { connect, connectInOrder, type Order, type PageArgs } from "../connection.ts";
import type { Context, Fields } from "../context.ts";
import { gid, idOf } from "../gid.ts";
import { money } from "../money.ts";
import { badRequest } from "../refusal.ts";
import { search, type Searchable } from "../search/search.ts";
import { countOf } from "./count.ts";
import { metafieldOwner } from "./metafield.ts";

export type VariantOf = { id: string; variant: Variant; product: Product };

export function variantOf(product: Product, variant: Variant): VariantOf {
  return { id: variant.id, variant, product };
}

export function findVariant({ shop }: Context, id: string): VariantOf | null {
  for (const product of shop.products.values()) {
    const variant = product.variants.find((one) => one.id === id);
    if (variant !== undefined) return variantOf(product, variant);
  }
  return null;
}

function imageOf(product: Product): Record<string, unknown> | null {
  if (product.image === null) return null;
  return { id: gid("ImageSource", product.id), url: product.image, altText: product.title, width: null, height: null };
}

function pricesOf(product: Product): number[] {
  return product.variants.map((variant) => toMillionths(variant.price)).sort((a, b) => a - b);
}

const plainText = (html: string): string => html.replace(/<[^>]*>/g, "").trim();

export const productFields: Fields = {
  ...metafieldOwner((product: Product) => gid("Product", product.id)),
  id: (product: Product) => gid("Product", product.id),
  legacyResourceId: (product: Product) => product.id,
  bodyHtml: (product: Product) => product.descriptionHtml,
  category: () => null,
  collections: (product: Product, args: PageArgs, context: Context) =>
    connectInOrder(
      context,
      collectionsOf(context.shop).filter(({ products }) => products.includes(product)),
      args,
    ),
  createdAt: (product: Product) => product.createdAt,
  description: (product: Product) => plainText(product.descriptionHtml),
  descriptionHtml: (product: Product) => product.descriptionHtml,
  featuredImage: imageOf,
  featuredMedia: (product: Product) =>
    product.image === null
      ? null
      : {
          __typename: "MediaImage",
          id: gid("MediaImage", product.id),
          alt: product.title,
          image: imageOf(product),
          mediaContentType: "IMAGE",
          preview: { image: imageOf(product), status: "READY" },
          status: "READY",
        },
  handle: (product: Product) => product.handle,
  hasOnlyDefaultVariant: (product: Product) => product.variants.length === 1,
  hasOutOfStockVariants: () => false,
  images: (product: Product, args: PageArgs, context: Context) =>
    connectInOrder(
      context,
      product.image === null ? [] : [{ ...imageOf(product), id: gid("ImageSource", product.id) }],
      args,
    ),
  isGiftCard: () => false,
  media: (_: Product, args: PageArgs, context: Context) => connectInOrder(context, [], args),
  onlineStorePreviewUrl: (product: Product, _args: never, { shop }: Context) =>
    `https://${shop.domain}/products/${product.handle}`,
  onlineStoreUrl: (product: Product, _args: never, { shop }: Context) =>
    `https://${shop.domain}/products/${product.handle}`,
  priceRangeV2: (product: Product, _args: never, { shop }: Context) => {
    const prices = pricesOf(product);
    return { minVariantPrice: money(shop, prices[0] ?? 0), maxVariantPrice: money(shop, prices.at(-1) ?? 0) };
  },
  productType: (product: Product) => product.productType,
  publishedAt: (product: Product) => product.createdAt,
  requiresSellingPlan: () => false,
  seo: () => ({ title: null, description: null }),
  status: () => "ACTIVE",
  tags: (product: Product) => [...product.tags].sort(),
  templateSuffix: () => null,
  title: (product: Product) => product.title,
  totalInventory: () => 0,
  totalVariants: (product: Product) => product.variants.length,
  tracksInventory: () => false,
  updatedAt: (product: Product) => product.updatedAt,
  variants: (product: Product, args: PageArgs, context: Context) =>
    connectInOrder(
      context,
      product.variants.map((variant) => variantOf(product, variant)),
      args,
    ),
  variantsCount: (product: Product) => countOf(product.variants.length, null),
  vendor: (product: Product) => product.vendor,
};

export const variantFields: Fields = {
  ...metafieldOwner(({ variant }: VariantOf) => gid("ProductVariant", variant.id)),
  id: ({ variant }: VariantOf) => gid("ProductVariant", variant.id),
  legacyResourceId: ({ variant }: VariantOf) => variant.id,
  availableForSale: () => true,
  barcode: () => null,
  compareAtPrice: () => null,
  createdAt: ({ product }: VariantOf) => product.createdAt,
  displayName: ({ product, variant }: VariantOf) => `${product.title} - ${variant.title}`,
  image: () => null,
  inventoryItem: ({ variant }: VariantOf) => variant,
  inventoryPolicy: () => "CONTINUE",
  inventoryQuantity: () => 0,
  position: ({ product, variant }: VariantOf) => product.variants.indexOf(variant) + 1,
  price: ({ variant }: VariantOf) => variant.price,
  product: ({ product }: VariantOf) => product,
  selectedOptions: ({ variant }: VariantOf) => [{ name: "Title", value: variant.title }],
  sellableOnlineQuantity: () => 0,
  sku: ({ variant }: VariantOf) => variant.sku || null,
  taxable: () => true,
  title: ({ variant }: VariantOf) => variant.title,
  updatedAt: ({ product }: VariantOf) => product.updatedAt,
};

/** Stock is not counted: every product is available and is shipped. */
export const inventoryItemFields: Fields = {
  id: (variant: Variant) => gid("InventoryItem", variant.id),
  legacyResourceId: (variant: Variant) => variant.id,
  requiresShipping: () => true,
  sku: (variant: Variant) => variant.sku || null,
  tracked: () => false,
};

const searchable: Searchable<Product> = {
  words: (one) => [one.title, one.vendor, one.productType, ...one.tags, ...one.variants.map((variant) => variant.sku)],
  filters: {
    created_at: { type: "time", of: (one) => one.createdAt },
    handle: { type: "word", of: (one) => one.handle },
    id: { type: "id", of: (one) => one.id },
    price: { type: "money", of: (one) => one.variants.map((variant) => variant.price) },
    product_type: { type: "word", of: (one) => one.productType },
    published_at: { type: "time", of: (one) => one.createdAt },
    sku: { type: "word", of: (one) => one.variants.map((variant) => variant.sku) },
    status: { type: "word", of: () => "active" },
    tag: { type: "word", of: (one) => one.tags },
    title: { type: "text", of: (one) => one.title },
    updated_at: { type: "time", of: (one) => one.updatedAt },
    variant_id: { type: "id", of: (one) => one.variants.map((variant) => variant.id) },
    vendor: { type: "word", of: (one) => one.vendor },
  },
};

const ORDERS: Record<string, Order<Product>["value"]> = {
  CREATED_AT: (one) => Date.parse(one.createdAt),
  PRODUCT_TYPE: (one) => one.productType.toLowerCase(),
  PUBLISHED_AT: (one) => Date.parse(one.createdAt),
  TITLE: (one) => one.title.toLowerCase(),
  UPDATED_AT: (one) => Date.parse(one.updatedAt),
  VENDOR: (one) => one.vendor.toLowerCase(),
};

type ProductsArgs = PageArgs & { query?: string | null; sortKey?: string };

export const productQueries: Fields = {
  product: (_: unknown, { id }: { id: string }, { shop }: Context) =>
    shop.products.get(idOf("Product", id) ?? "") ?? null,
  productByIdentifier: (
    _: unknown,
    { identifier }: { identifier: { id?: string | null; handle?: string | null } },
    { shop }: Context,
  ) => {
    if (identifier.id != null) return shop.products.get(idOf("Product", identifier.id) ?? "") ?? null;
    if (identifier.handle == null) throw badRequest("Exactly one identifier must be provided.");
    return [...shop.products.values()].find((one) => one.handle === identifier.handle) ?? null;
  },
  products: (_: unknown, args: ProductsArgs, context: Context, info: GraphQLResolveInfo) => {
    const found = search(context, info, [...context.shop.products.values()], args.query, searchable);
    const value = ORDERS[args.sortKey ?? "ID"] ?? ((one: Product) => BigInt(one.id));
    return connect(context, found, args, { id: (one) => one.id, value });
  },
  productsCount: (
    _: unknown,
    args: { query?: string | null; limit?: number | null },
    context: Context,
    info: GraphQLResolveInfo,
  ) => countOf(search(context, info, [...context.shop.products.values()], args.query, searchable).length, args.limit),
  productVariant: (_: unknown, { id }: { id: string }, context: Context) =>
    findVariant(context, idOf("ProductVariant", id) ?? ""),
  productVariants: (_: unknown, args: PageArgs, context: Context) => {
    const variants = [...context.shop.products.values()].flatMap((product) =>
      product.variants.map((variant) => variantOf(product, variant)),
    );
    return connect(context, variants, args, { id: (one) => one.id, value: (one) => BigInt(one.id) });
  },
};
