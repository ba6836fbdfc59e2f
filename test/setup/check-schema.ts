// Checks that the migrations build schema.prisma, and that the built database keeps the rules of tenancy.
import { deployMigrations } from "../../prisma/deploy.ts";
import { ensurePostgres } from "../../prisma/embedded.ts";
import { compareWithSchema } from "../../prisma/migrate.ts";
import { atDatabase, productFiles, runOn, withEngine } from "../../prisma/schema-engine.ts";
import { tenancyFaults } from "./tables/tenancy-guard.ts";

async function schemaFaults(serverUrl: string): Promise<string[]> {
  const name = `regulars_test_${Date.now().toString(36)}_check`;
  await runOn(serverUrl, `CREATE DATABASE "${name}"`);
  try {
    const url = atDatabase(serverUrl, name);
    await deployMigrations(url);
    const { exitCode, stdout } = await withEngine(url, productFiles, (engine) =>
      compareWithSchema(engine, productFiles, false),
    );
    const drift = `The migrations do not build schema.prisma. Write the difference with: npm run migrate -- new NAME\n${stdout}`;
    return [...(exitCode === 0 ? [] : [drift]), ...(await tenancyFaults(url))];
  } finally {
    await runOn(serverUrl, `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
  }
}

const server = await ensurePostgres({ dataDir: ".data/test-postgres" });
try {
  const faults = await schemaFaults(server.url);
  for (const fault of faults) process.stdout.write(`${fault}\n`);
  process.exitCode = faults.length > 0 ? 1 : 0;
} finally {
  await server.stop();
}
