import type { Shop } from "../shop.server.ts";

/** A `percent` is a share between 0 and 1, a `score` a number of points. */
export type Unit = "count" | "money" | "percent" | "score" | "word";

/** The closed list of shapes that the admin draws. Words are locale keys with parameters; figures are not formatted. */
export type CardContent =
  /**
   * `before`: the figure of the period before; left out: there is no comparison. `note`: what the figure leaves out, or from
   * how many values it is computed.
   */
  | { shape: "figure"; value: string | null; unit: Unit; before?: string | null; note?: { key: string; count: number } }
  | { shape: "rows"; rows: CardRow[] }
  /** Values of 0 or more. `total`: the amount of which each bar is a share; left out: the sum of the bars. */
  | { shape: "bars"; unit: Exclude<Unit, "word">; bars: Bar[]; total?: string }
  /** One value for each day of the shop, oldest first; null for a day without a value. */
  | { shape: "series"; unit: Exclude<Unit, "word">; points: { day: string; value: string | null }[] }
  /** A table: each row has a value for each column. */
  | { shape: "matrix"; unit: Unit; columns: Named[]; rows: (Named & { values: (string | null)[] })[] };

/** `verbatim`: the label is the merchant's own text, not a locale key. */
type Named = { label: string; verbatim?: boolean };
type Bar = Named & { value: string; url?: string };

/** `verbatim`: the label is the merchant's own text, not a locale key. `url`: the page that the row links to. */
export type CardRow = {
  label: string;
  verbatim?: boolean;
  value: string;
  unit: Unit;
  url?: string;
  /** The merchant's own text about the row, in small letters. */
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
