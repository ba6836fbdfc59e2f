import type { Shop } from "../shop.server.ts";

/** The closed shapes that the admin draws. Words are keys with parameters; figures are preformatted nowhere. */
export type CardContent =
  /** `before` is the same figure of the period before; left out: nothing to compare with. */
  | { shape: "figure"; value: string | null; unit: "count" | "money" | "percent" | "word"; before?: string | null }
  | { shape: "rows"; rows: CardRow[] };

/** `verbatim`: the label is the merchant's own word, not a key. `url`: the page behind the row. */
export type CardRow = {
  label: string;
  verbatim?: boolean;
  value: string;
  unit: "count" | "money" | "percent" | "word";
  url?: string;
};

/** A card on the home page or on a customer's page. */
export type Card = {
  /** Key of a locale file. */
  label: string;
  place: "home" | "customer";
  /** Null draws nothing. `customerId` is set where the place is `customer`. */
  resolve(shop: Shop, customerId: string | null): Promise<CardContent | null>;
};
