// Runs Prisma's schema engine as WebAssembly over node-postgres, so that migrations need no downloaded program.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlQuery,
  type SqlResultSet,
} from "@prisma/driver-adapter-utils";
import * as bindings from "@prisma/schema-engine-wasm/schema_engine_bg";
import pg from "pg";
import { wholeScript } from "./script.ts";

export interface MigrationFiles {
  /** Prisma's schema file. */
  schema: string;
  /** The folder of migrations. */
  migrations: string;
}

export type Engine = Pick<
  bindings.SchemaEngine,
  "applyMigrations" | "diagnoseMigrationHistory" | "diff" | "markMigrationRolledBack"
>;

export const productFiles: MigrationFiles = {
  schema: path.join(import.meta.dirname, "schema.prisma"),
  migrations: path.join(import.meta.dirname, "migrations"),
};

const SHADOW = "regulars_shadow_";
const CATALOG_CHAR = 18;
const BPCHAR = 1042;

let loaded: Promise<void> | undefined;

/** Loads the WebAssembly module by hand: an import of .wasm needs a flag of Node or prints a warning. */
async function loadBindings() {
  const print = (message: string) => process.stderr.write(`schema engine: ${message}\n`);
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message: print } });
  const file = createRequire(import.meta.url)
    .resolve("@prisma/schema-engine-wasm/schema_engine_bg")
    .replace(/\.js$/, ".wasm");
  // The engine does not clear its timers: unref keeps them from holding the process open.
  const timers = Object.keys(bindings).filter((name) => name.startsWith("__wbg_setTimeout_"));
  const unref = (callback: () => void, ms: number) => setTimeout(callback, ms >>> 0).unref();
  const { instance } = await WebAssembly.instantiate(fs.readFileSync(file), {
    "./schema_engine_bg.js": { ...bindings, ...Object.fromEntries(timers.map((name) => [name, unref])) },
  });
  const setWasm = Reflect.get(bindings, "__wbg_set_wasm") as (exports: WebAssembly.Exports) => void;
  setWasm(instance.exports);
  (instance.exports.__wbindgen_start as (() => void) | undefined)?.();
}

/** Opens the engine on a database. A diff replays the migrations in a shadow database, and needs the right to create databases. */
export async function withEngine<T>(
  ownerUrl: string,
  files: MigrationFiles,
  work: (engine: Engine) => Promise<T>,
): Promise<T> {
  await (loaded ??= loadBindings());
  const shadows: string[] = [];
  const open: SqlDriverAdapter[] = [];
  const connect = async (url: string) => {
    const adapter = await connectAdapter(url);
    open.push(adapter);
    return adapter;
  };
  const factory = bindMigrationAwareSqlAdapterFactory({
    provider: "postgres",
    adapterName: "@prisma/adapter-pg",
    connect: () => connect(ownerUrl),
    // The engine's default would use the main database as the shadow database.
    connectToShadowDb: async () => {
      const name = SHADOW + crypto.randomUUID().replaceAll("-", "");
      await runOn(ownerUrl, `CREATE DATABASE "${name}"`);
      shadows.push(name);
      return connect(atDatabase(ownerUrl, name));
    },
  });
  const datamodels: [string, string][] = [[files.schema, fs.readFileSync(files.schema, "utf8")]];
  try {
    return await work(await bindings.SchemaEngine.new({ datamodels }, () => undefined, factory));
  } finally {
    await Promise.all(open.map((adapter) => adapter.dispose()));
    for (const name of shadows) await runOn(ownerUrl, `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
  }
}

export function atDatabase(url: string, name: string): string {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
}

export async function runOn<Row extends object>(url: string, sql: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

async function connectAdapter(url: string): Promise<SqlDriverAdapter> {
  const pool = new pg.Pool({ connectionString: url });
  pool.on("error", () => undefined);
  const adapter = await new PrismaPg(pool).connect();
  const refuse = (Reflect.get(adapter, "onError") as (error: unknown) => never).bind(adapter);
  let disposed: Promise<void> | undefined;
  return {
    provider: adapter.provider,
    adapterName: adapter.adapterName,
    queryRaw: (query) => readCatalogChars(adapter, query),
    executeRaw: (query) => adapter.executeRaw(query),
    startTransaction: (level) => adapter.startTransaction(level),
    getConnectionInfo: () => adapter.getConnectionInfo(),
    // The adapter splits a script at every semicolon, also inside $$ … $$ and strings. Sent as one query, PostgreSQL parses the script
    // and runs it in one transaction.
    executeScript: async (script) => {
      await pool.query(wholeScript(script)).catch(refuse);
    },
    dispose: () => (disposed ??= adapter.dispose().then(() => pool.end())),
  };
}

interface Answer {
  fields: { dataTypeID: number }[];
}

/** Reads the catalogue's type "char", which the engine needs and the adapter refuses, as CHARACTER. */
async function readCatalogChars(adapter: SqlDriverAdapter, query: SqlQuery): Promise<SqlResultSet> {
  const perform = (Reflect.get(adapter, "performIO") as (query: SqlQuery) => Promise<Answer>).bind(adapter);
  const columns: number[] = [];
  const performIO = async (asked: SqlQuery) => {
    const answer = await perform(asked);
    answer.fields.forEach((field, column) => {
      if (field.dataTypeID !== CATALOG_CHAR) return;
      columns.push(column);
      field.dataTypeID = BPCHAR;
    });
    return answer;
  };
  const reader = Object.create(adapter, { performIO: { value: performIO } }) as SqlDriverAdapter;
  const result = await reader.queryRaw(query);
  for (const column of columns) result.columnTypes[column] = ColumnTypeEnum.Character;
  return result;
}
