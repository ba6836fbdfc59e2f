// Checks that every table has one owner. Prints each table, its owner and the folders that read it.
import fs from "node:fs";
import path from "node:path";
import { ownerFaults, ownerLines, readApp, tablesOf, usesOf } from "./tables/table-guard.ts";
import { EXCEPTIONS, OWNERS } from "./tables/table-owners.ts";

const root = path.resolve(import.meta.dirname, "../..");
const tables = tablesOf(fs.readFileSync(path.join(root, "prisma/schema.prisma"), "utf8"));
const uses = usesOf(readApp(root), tables);
const faults = ownerFaults(uses, tables, { owners: OWNERS, exceptions: EXCEPTIONS });
for (const line of [...ownerLines(uses, OWNERS), ...faults]) process.stdout.write(`${line}\n`);
process.exitCode = faults.length > 0 ? 1 : 0;
