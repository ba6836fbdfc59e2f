// Finds values that the shop does not have, where a query names a thing of the shop such as an offer.
import { sql } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import { isFunction, type AttributeMap, type Suggest } from "../attribute.server.ts";
import { clausesOf, type Param, type Query } from "../query/grammar/ast.ts";
import { readOnly } from "../read-only.server.ts";

/** `label`: the locale key of the parameter. `meant`: the value of the thing that has the text as its title; null where none has. */
export type UnknownValue = { label: string; value: string; meant: string | null };

const TIMEOUT_MS = 2000;

type Named = { label: string; suggest: Suggest; given: Record<string, string>; values: string[] };

/** Of the parameters that are `closed`. `= 'x'` and `IN ('x')` are looked at: a condition that excludes a value may be careful. */
function namedIn(query: Query, attributes: AttributeMap): Named[] {
  return clausesOf(query).flatMap((clause) => {
    const entry =
      clause.kind === "matches" && Object.hasOwn(attributes, clause.name.text) && attributes[clause.name.text];
    if (!entry || !isFunction(entry) || clause.kind !== "matches") return [];
    const texts = new Map(clause.params.map((param) => [param.name.text, textsOf(param)]));
    return [...texts].flatMap(([name, values]): Named[] => {
      const { closed, suggest, label } = entry.params[name] ?? { label: "" };
      const others = [...texts].filter(
        ([other, [only, more]]) => other !== name && only !== undefined && more === undefined,
      );
      const given = Object.fromEntries(others.map(([other, [only = ""]]) => [other, only]));
      return closed && suggest && values.length > 0 ? [{ label, suggest, given, values }] : [];
    });
  });
}

function textsOf({ test }: Param): string[] {
  const values = test.kind === "in" && !test.negated ? test.values : test.kind === "compare" && test.operator.text === "=" ? [test.value] : []; // prettier-ignore
  return values.flatMap((value) => (value.kind === "string" && value.value.trim() !== "" ? [value.value] : []));
}

export async function unknownValues(shop: Shop, query: Query, attributes: AttributeMap): Promise<UnknownValue[]> {
  const unknown: UnknownValue[] = [];
  for (const { label, suggest, given, values } of namedIn(query, attributes)) {
    const rows = await readOnly(shop, TIMEOUT_MS, (tx) =>
      tx.rows<{ value: string; meant: string | null }>(sql`
        select asked.value, (select min(titled.value) from (${suggest({ shopId: shop.id, given })}) titled
          where lower(titled.title) = lower(asked.value)) as meant
        from unnest(${values}::text[]) asked (value)
        where not exists (select from (${suggest({ shopId: shop.id, given })}) known where known.value = asked.value)`),
    );
    unknown.push(...(rows ?? []).map((row) => ({ label, ...row })));
  }
  return unknown;
}
