// All stored rows of a shop's customers, orders and products, comparable between two shops with the same events.
import { runOn } from "../../prisma/schema-engine.ts";

/** The columns to leave out, which depend on the app's own clock. */
const TABLES: { [table: string]: string[] } = {
  customer: [],
  customer_address: [],
  consent: [],
  event: ["recorded_at"],
  identifier: ["first_at"],
  shop_order: [],
  line_item: [],
  refund: [],
  product: [],
  membership: [
    "entered_at",
    "entered_recorded_at",
    "left_at",
    "left_recorded_at",
    "entered_cause",
    "left_cause",
    "segment_id",
  ],
};

export async function rowsOf(ownerUrl: string, shop: string): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for (const [table, omitted] of Object.entries(TABLES)) {
    const sql = `select (to_jsonb(t) - 'shop_id' - $2::text[])::text as row from "${table}" t where shop_id = $1 ${table === "membership" ? "and left_at is null" : ""}`;
    const rows = await runOn<{ row: string }>(ownerUrl, sql, [shop, omitted]);
    found.set(table, rows.map(({ row }) => row.replaceAll(shop, "the-shop")).sort());
  }
  return found;
}
