import { sql, type Tx } from "../db.server.ts";
import type { Shop } from "../shop.server.ts";
import { clausesOf, literalsOf, type Clause } from "./query/grammar/ast.ts";
import { parse } from "./query/grammar/parse.ts";

/** The names of the segments whose query compares a function's parameter with the text, such as `offer` with an offer's handle. */
export async function segmentsNaming(shop: Shop, tx: Tx, parameter: string, text: string): Promise<string[]> {
  const rows = await tx.rows<{ name: string; query: string }>(sql`
    select name, query from segment where shop_id = ${shop.id} and origin = 'merchant' and archived_at is null
      and position(${text}::text in query) > 0 order by lower(name), id`);
  const names = (clause: Clause): boolean =>
    clause.kind === "matches" &&
    clause.params.some(
      (param) =>
        param.name.text === parameter &&
        literalsOf({ ...clause, params: [param] }).some((value) => value.kind === "string" && value.value === text),
    );
  return rows.flatMap(({ name, query }) => {
    const read = parse(query);
    return read.ok && clausesOf(read.query).some(names) ? [name] : [];
  });
}
