// SQL that a plugin wrote stays within its shop: row-level security sees to that, as long as nobody names another shop to it.
import type { Sql } from "../db.server.ts";
import { PluginMistake } from "../errors.ts";

/** A function of the database, and a statement by itself or after another. */
const LEAVES = /\bset_config\b|(?:^|;)\s*(?:re)?set\b/i;

export function heldSql(statement: Sql): Sql {
  if (LEAVES.test(statement.text))
    throw new PluginMistake("its SQL sets which shop it is held to. Take that out: it reads its own shop alone");
  return statement;
}
