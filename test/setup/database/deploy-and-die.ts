// A process that deploys the migrations of a folder and kills itself at a statement: before the statement is sent, while the database
// runs it, or after its answer. Used by cut-off.test.ts: node deploy-and-die.ts URL FOLDER TEXT OCCURRENCE WHEN
import { setTimeout as sleep } from "node:timers/promises";
import path from "node:path";
import pg from "pg";
import { deployMigrations } from "../../../prisma/deploy.ts";

const [url = "", folder = "", text = "", occurrence = "1", when = "before"] = process.argv.slice(2);
const die = () => process.kill(process.pid, "SIGKILL");

type Query = (this: pg.Client, ...asked: unknown[]) => unknown;
const real = Reflect.get(pg.Client.prototype, "query") as Query;
let seen = 0;

const watched: Query = function (...asked) {
  const [first] = asked;
  const said = typeof first === "string" ? first : String((first as { text?: unknown } | undefined)?.text ?? "");
  const isIt = said.includes(text) && (seen += 1) === Number(occurrence);
  if (isIt && when === "before") die();
  const answer = real.apply(this, asked);
  if (isIt && when === "during") void sleep(150).then(die);
  if (isIt && when === "after") void Promise.resolve(answer as Promise<unknown>).finally(die);
  return answer;
};
Reflect.set(pg.Client.prototype, "query", watched);

const files = { schema: path.join(folder, "schema.prisma"), migrations: path.join(folder, "migrations") };
process.stdout.write(`applied ${(await deployMigrations(url, { files })).join(", ")}\n`);
