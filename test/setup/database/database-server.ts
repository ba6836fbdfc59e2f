// Before the test run: starts a server for the test databases, separate from the demo's, and makes the template that they are copied from.
import { ensurePostgres } from "../../../prisma/embedded.ts";
import { prepareTemplate } from "./database.ts";

export default async function startServer() {
  const { url, stop } = await ensurePostgres({ dataDir: ".data/test-postgres" });
  await prepareTemplate(url);
  process.env["TEST_SERVER_URL"] = url;
  const given = process.env["TEST_DATABASE_URL"];
  if (given) await prepareTemplate(given);
  // A signal ends vitest without its teardown.
  for (const signal of ["SIGTERM", "SIGHUP"] as const)
    process.once(signal, () => void stop().finally(() => process.exit(1)));
  return stop;
}
