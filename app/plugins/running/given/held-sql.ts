// Refuses a plugin's SQL that would set another shop. Row-level security holds every other statement to the shop of the transaction.
import type { Sql } from "../../../db.server.ts";
import { PluginMistake } from "../../../errors.ts";

/** Matches the function `set_config`, and the statements SET and RESET. */
const SETS = /\bset_config\b|(?:^|;)\s*(?:re)?set\b/i;

export function heldSql(statement: Sql): Sql {
  if (SETS.test(statement.text))
    throw new PluginMistake("its SQL sets which shop it is held to. Take that out: it reads its own shop alone");
  return statement;
}
