// The buyers and the items of a discount, and what a discount took off an order, as the store keeps them.

export type DiscountContext =
  { kind: "all" } | { kind: "customers"; customerIds: string[] } | { kind: "segments"; segmentIds: string[] };

export type DiscountItems =
  | { kind: "all" }
  | { kind: "products"; productIds: string[]; variantIds?: string[] }
  | { kind: "collections"; collectionIds: string[] };

/** A discount of an order, and what it took off. */
export type UsedDiscount = {
  /** As the shopper typed it. Null: an automatic discount. */
  code: string | null;
  title: string;
  /** percentage, fixed_amount or shipping */
  type: string;
  /** Off the lines and the delivery together. */
  amount: string;
  /** Off each line item, in the order of the lines. */
  lines: string[];
  /** Off the delivery. */
  shipping: string;
};
