// A migrated database for a bench on the same server as the app's, with one installed shop.
import fs from "node:fs";
import path from "node:path";
import pg from "pg";
import { openDatabase } from "../../prisma/database.ts";
import { createTestDatabase, prepareTemplate } from "../setup/database/database.ts";
import { cpuOfTree } from "./cpu.ts";

export const SHOP = "bench.myshopify.com";

export type BenchDatabase = {
  env: Record<string, string>;
  all<Row>(text: string, values?: unknown[]): Promise<Row[]>;
  one<Row>(text: string, values?: unknown[]): Promise<Row>;
  /** CPU time of the whole server in microseconds. Null if the server is not on this machine. */
  cpu(): number | null;
  close(): Promise<void>;
};

export async function openBenchDatabase(): Promise<BenchDatabase> {
  const server = await openDatabase();
  await prepareTemplate(server.urls.owner);
  const database = await createTestDatabase(server.urls.owner);
  const owner = new pg.Client({ connectionString: database.urls.owner });
  await owner.connect();
  await owner.query("insert into shop (id, domain, currency, installed_at) values ($1, $1, 'USD', now())", [SHOP]);
  const postmaster = await postmasterOf(owner);
  return {
    env: {
      NODE_ENV: "production",
      HOST: "127.0.0.1",
      PORT: "0",
      LOG_LEVEL: "info",
      DATABASE_URL: database.urls.owner,
      APP_DATABASE_URL: database.urls.app,
      DOOR_DATABASE_URL: database.urls.door,
      SHOPIFY_API_KEY: "bench-client-id",
      SHOPIFY_API_SECRET: "bench-client-secret",
      SHOPIFY_APP_URL: "https://bench.example.com",
      ENCRYPTION_KEY: Buffer.alloc(32, 5).toString("base64"),
      BENCH_SHOP: SHOP,
    },
    all: async <Row>(text: string, values: unknown[] = []) => (await owner.query(text, values)).rows as Row[],
    one: async <Row>(text: string, values: unknown[] = []) => (await owner.query(text, values)).rows[0] as Row,
    cpu: () => (postmaster === null ? null : cpuOfTree(postmaster)),
    async close() {
      await owner.end();
      await database.drop();
      await server.stop();
    },
  };
}

/** The parent of the process that serves this connection. Null if it is not a process of this machine. */
async function postmasterOf(owner: pg.Client): Promise<number | null> {
  const { rows } = await owner.query<{ pid: number }>("select pg_backend_pid() as pid");
  try {
    const status = fs.readFileSync(path.join("/proc", String(rows[0]?.pid), "status"), "utf8");
    return status.startsWith("Name:\tpostgres") ? Number(/^PPid:\t(\d+)$/m.exec(status)?.[1]) : null;
  } catch {
    return null;
  }
}
