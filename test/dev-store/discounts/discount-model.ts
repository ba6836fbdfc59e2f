// The buyers and the items of a discount, as the store keeps them.

export type DiscountContext =
  { kind: "all" } | { kind: "customers"; customerIds: string[] } | { kind: "segments"; segmentIds: string[] };

export type DiscountItems =
  | { kind: "all" }
  | { kind: "products"; productIds: string[]; variantIds?: string[] }
  | { kind: "collections"; collectionIds: string[] };
