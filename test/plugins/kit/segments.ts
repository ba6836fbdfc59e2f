// Segments in a plugin's test: whom a query matches now, and whom a live segment holds after changes.
import { sql } from "../../../app/db.server.ts";
import type { Registry } from "../../../app/plugins/registry.server.ts";
import { attributeFault } from "../../../app/plugins/running/watched.server.ts";
import { evaluateSegment } from "../../../app/segments/memberships/build.server.ts";
import { readOnce } from "../../../app/segments/memberships/live-segment.server.ts";
import { clausesOf, type Query } from "../../../app/segments/query/grammar/ast.ts";
import { AttributeFailed, compile } from "../../../app/segments/query/compile/compile.server.ts";
import { faultMessage } from "../../../app/segments/query/fault.ts";
import { readOnly } from "../../../app/segments/read-only.server.ts";
import { offerValues } from "../../../app/segments/values/values.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { settleMoves } from "../../../app/worker/pipeline.server.ts";
import { savedSegment } from "../../setup/definitions.ts";

export type Segments = {
  /** Makes a live segment, which is then updated by changes alone. `members` of the same query compares its members with a preview. */
  follow(query: string): Promise<void>;
  /**
   * The ids of all customers who match the query, sorted as texts. For a followed query, fails if the preview and the live segment
   * differ. `now`: another moment. The live segment of a followed query first goes through the midnights up to that moment and stays
   * there, so ask for it last.
   */
  members(query: string, now?: Date): Promise<string[]>;
  /** The values that the editor offers for an attribute, or for a function's parameter, as a query writes them. */
  suggested(attribute: string, parameter?: string): Promise<string[]>;
};

const list = (ids: string[]) => `[${ids.join(", ")}]`;

const TIMEOUT_MS = 10_000;
const CLAUSE_TIMEOUT_MS = 3000;

type Ids = { id: string }[];

/** Takes the ids of the segments that wait for an evaluation. */
const takeWaiting = (shop: Shop) =>
  shop.db.tx((tx) =>
    tx.rows<{ id: string }>(sql`
      delete from pgboss.job where name = 'segments.evaluate' and data ->> 'shop' = ${shop.id} and state = 'created'
      returning data ->> 'segment' as id`),
  );

const evaluate = (shop: Shop, id: string, registry: Registry) => evaluateSegment(shop, id, registry, settleMoves(shop));

/** Evaluates the segments that wait for it, such as those that ask the plugin's attributes after a change of its settings. */
export async function evaluateWaiting(shop: Shop, registry: Registry): Promise<void> {
  for (const { id } of await takeWaiting(shop)) await evaluate(shop, id, registry);
}

export function segmentsOf(shop: Shop, registryNow: () => Promise<Registry>): Segments {
  const followed = new Map<string, string>();
  const live = async (id: string) => {
    const rows = await shop.db.tx((tx) =>
      tx.rows<{ id: string }>(sql`select customer_id as id from membership
        where shop_id = ${shop.id} and segment_id = ${id} and left_at is null order by 1`),
    );
    return rows.map((row) => row.id).sort();
  };
  return {
    async follow(query) {
      const registry = await registryNow();
      const id = await savedSegment(shop, { name: query, query }, registry);
      await evaluateWaiting(shop, registry);
      followed.set(query, id);
    },
    async members(query, now) {
      const at = now ? { ...shop, now: () => now } : shop;
      const registry = await registryNow();
      const matching = await matchingNow(at, query, registry);
      const id = followed.get(query);
      if (id === undefined) return matching;
      if (now) await evaluate(at, id, registry);
      const held = await live(id);
      if (String(held) !== String(matching))
        throw new Error(
          `for ${query} the preview says ${list(matching)}, the live segment ${list(held)}: call settle() after what changes the customers, and name in reads everything that the attribute's SQL reads`,
        );
      return matching;
    },
    async suggested(attribute, parameter = "") {
      const asked = new URLSearchParams({ attribute, parameter });
      const offered = await offerValues(shop, asked, { engine: await registryNow(), locale: "en" });
      return offered.map(({ text }) => text);
    },
  };
}

/** Runs the predicate of a preview. Throws a sentence that names the failing attribute and the line of its SQL. */
async function matchingNow(shop: Shop, text: string, registry: Registry): Promise<string[]> {
  const read = readOnce(text, registry);
  if (Array.isArray(read)) throw new Error(`the query ${text} cannot be read: ${read.map(faultMessage).join("; ")}`);
  const select = (query: Query, timeoutMs: number) =>
    readOnly(shop, timeoutMs, (tx) =>
      tx.rows<{ id: string }>(sql`select c.id from customer c where c.shop_id = ${shop.id}
        and ${compile(query, registry.attributes, { now: shop.now(), timeZone: shop.timeZone })}`),
    );
  let rows: Ids | null;
  try {
    rows = await select(read.query, TIMEOUT_MS);
  } catch (error) {
    // Each clause runs alone, to find the one that fails.
    for (const clause of clausesOf(read.query)) {
      const failed = await select(clause, CLAUSE_TIMEOUT_MS).then(
        () => null,
        (thrown: unknown) => ({ thrown }),
      );
      if (!failed) continue;
      const { thrown } = failed;
      const cause = thrown instanceof AttributeFailed ? thrown.cause : thrown;
      throw new Error(attributeFault(shop, registry, clause.name.text, cause), { cause: error });
    }
    throw error;
  }
  if (!rows) throw new Error(`the query ${text} takes longer than ${TIMEOUT_MS / 1000} s`);
  return rows.map(({ id }) => id).sort();
}
