// Calls for row-types.test.ts: each has another fault in its row type, one call is right, and one call never runs.
import { closeDatabase, directory, forShop, sql } from "../../../../../app/db.server.ts";
import type { Instant } from "../../../../../app/instant.ts";

type State = "waiting" | "done";

await forShop("forged.myshopify.com").tx(async (tx) => {
  await tx.rows<{ total: number }>(sql`select count(*) as total from shop`);
  await tx.rows<{ at: string }>(sql`select now() as at`);
  await tx.rows<{ name: string }>(sql`select 'Ada' as nom`);
  await tx.rows<{ email: string }>(sql`select null::text as email`);
  await tx.rows<{ state: State }>(sql`select 'poison' as state`);
  await tx.rows<{ told: { at: Instant } }>(sql`select jsonb_build_object('at', now()) as told`);
  await tx.rows<{ sizes: string[] }>(sql`select array[1, 2] as sizes`);
  await tx.rows<{
    id: string;
    at: Instant | null;
    state: State;
    told: { at: string };
    sizes: number[];
    more?: boolean;
  }>(
    sql`select 7::bigint as id, null::timestamptz as at, 'done' as state, '{"at": "now"}'::jsonb as told, array[1] as sizes`,
  );
});
await directory<{ domain: number }>(sql`select 'forged.myshopify.com' as domain`);
if (process.argv.includes("never")) await directory<{ id: string }>(sql`select id from shop`);
await closeDatabase();
