import type { Shop } from "../shop.server.ts";

/** A `percent` is a share between 0 and 1, a `score` a number of points. */
export type Unit = "count" | "money" | "percent" | "score" | "word";

/** The closed shapes that the admin draws. Words are keys with parameters; figures are preformatted nowhere. */
export type CardContent =
  /** `before` is the same figure of the period before; left out: nothing to compare with. `note`: what it leaves out, or of how many it is made. */
  | { shape: "figure"; value: string | null; unit: Unit; before?: string | null; note?: { key: string; count: number } }
  | { shape: "rows"; rows: CardRow[] }
  /** Values that are not below 0, side by side. `total`: of how much they are shares; left out: of their sum. */
  | { shape: "bars"; unit: Exclude<Unit, "word">; bars: Bar[]; total?: string }
  /** A value a day of the shop, the oldest first; null where there is none. */
  | { shape: "series"; unit: Exclude<Unit, "word">; points: { day: string; value: string | null }[] }
  /** A table: each row has a value for each column. */
  | { shape: "matrix"; unit: Unit; columns: Named[]; rows: (Named & { values: (string | null)[] })[] };

/** `verbatim`: the label is not a key, but a word of the merchant's own. */
type Named = { label: string; verbatim?: boolean };
type Bar = Named & { value: string; url?: string };

/** `verbatim`: the label is the merchant's own word, not a key. `url`: the page behind the row. */
export type CardRow = {
  label: string;
  verbatim?: boolean;
  value: string;
  unit: Unit;
  url?: string;
  /** The merchant's own words about it, in small. */
  note?: string;
};

/** A card on the home page or on a customer's page. `Context`: the shop, and what more a plugin's card is given. */
export type Card<Context = Shop> = {
  /** Key of a locale file. */
  label: string;
  place: "home" | "customer";
  /** Null draws nothing. `customerId` is set where the place is `customer`. */
  resolve(context: Context, customerId: string | null): Promise<CardContent | null>;
};
