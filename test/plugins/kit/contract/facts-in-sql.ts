// What an attribute's SQL reads, by the views that the SQL names.
import { own } from "../../../../app/own.ts";

/** The kind of fact whose changes change the rows of a view. */
const FACT_OF: Record<string, string> = {
  addresses: "addresses",
  orders: "orders",
  line_items: "orders",
  refunds: "orders",
  redemptions: "orders",
  offer_views: "activity",
  products: "products",
  answers: "answers",
  metafields: "metafields",
  order_metafields: "metafields",
  product_metafields: "metafields",
};

/** The texts that the SQL compares with a column of api.records. */
const comparedIn = (text: string, column: string): string[] =>
  [...text.matchAll(/\bapi\.records(?:\s+as)?\s+(\w+)/g)].flatMap(([, alias]) =>
    [...text.matchAll(new RegExp(`\\b${alias}\\.${column}\\s*=\\s*'([^']+)'`, "g"))].map(
      ([, compared = ""]) => compared,
    ),
  );

/** A sentence about what the SQL reads and `reads` does not name. Null: nothing. */
export function unnamedIn(text: string, plugin: string, reads: readonly string[]): string | null {
  const other = comparedIn(text, "plugin").find((name) => name !== plugin);
  if (other !== undefined)
    return `reads records of the plugin ${other}, and segments do not follow these: keep records of your own, by the events of ${other}`;
  const kinds = comparedIn(text, "kind").map((kind) => `records:${kind}`);
  const facts = [...text.matchAll(/\bapi\.(\w+)/g)].flatMap(([, view = ""]) => own(FACT_OF, view) ?? []);
  const unnamed = [...facts, ...kinds].find((fact) => !reads.includes(fact));
  if (unnamed !== undefined) return `reads ${unnamed} in its SQL: write "${unnamed}" into its reads`;
  const isAny = kinds.length === 0 && /\bapi\.records\b/.test(text);
  return isAny && !reads.some((read) => read.startsWith("records:"))
    ? 'reads api.records in its SQL: write "records:KIND" into its reads'
    : null;
}
