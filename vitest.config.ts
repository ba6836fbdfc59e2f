import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { testEnvironment } from "./test/setup/test-environment.ts";

const CORES = 4;
/** What is waited for may come late on a busy machine; what comes in time costs nothing. */
const expect = { poll: { timeout: 60_000 } };
/** A sentence is shown whole, also where it is a value of `test.each`. */
const taskTitleValueFormatTruncate = 200;
const inline = [/ui-extensions-tester/];

/** Needs nothing but the function, or brings its own. */
const plain = (name: string, include: string[]) => ({
  test: {
    name,
    include,
    env: testEnvironment,
    setupFiles: ["test/setup/console.ts"],
    server: { deps: { inline } },
    expect,
    taskTitleValueFormatTruncate,
    testTimeout: 120_000,
  },
});

/** Each file has a migrated database of its own, and the app's settings name it. */
const onDatabase = (name: string, include: string[], env: Record<string, string> = {}) => ({
  test: {
    name,
    include,
    env: { ...testEnvironment, ...env },
    globalSetup: ["test/setup/database/database-server.ts"],
    setupFiles: ["test/setup/console.ts", "test/setup/database/each-file.ts"],
    expect,
    taskTitleValueFormatTruncate,
    testTimeout: 400_000,
    hookTimeout: 400_000,
  },
});

const ownServer = process.env["TEST_DATABASE_URL"];

export default defineConfig({
  test: {
    maxWorkers: Math.min(CORES, availableParallelism()),
    projects: [
      plain("unit", [
        "app/**/*.test.{ts,tsx}",
        "prisma/**/*.test.ts",
        "extensions/**/*.test.{ts,tsx,js,jsx}",
        "test/{bench,demo,experiments,replay}/**/*.test.ts",
      ]),
      plain("dev-store", ["test/dev-store/**/*.test.ts"]),
      onDatabase("setup", ["test/setup/**/*.test.ts"]),
      onDatabase("attacks", ["test/{attacks,regressions,chaos}/**/*.test.ts"]),
      onDatabase("flows", ["test/{flows,plugins}/**/*.test.ts"]),
      ...(ownServer
        ? [onDatabase("flows on TEST_DATABASE_URL", ["test/flows/**/*.test.ts"], { TEST_SERVER_URL: ownServer })]
        : []),
      onDatabase("browser", ["test/browser/**/*.test.ts"]),
    ],
  },
});
