// Generates Prisma's client into prisma/generated without a download. Does nothing if the client is already of this schema.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { productFiles } from "./schema-engine.ts";

const root = path.join(import.meta.dirname, "..");
const generated = path.join(import.meta.dirname, "generated");
const stamp = path.join(generated, "schema.sha256");

export function generateClient() {
  const prisma = path.dirname(createRequire(import.meta.url).resolve("prisma/package.json"));
  const { version } = JSON.parse(fs.readFileSync(path.join(prisma, "package.json"), "utf8")) as { version: string };
  const wanted = createHash("sha256").update(version).update(fs.readFileSync(productFiles.schema)).digest("hex");
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === wanted) return;
  const result = spawnSync(process.execPath, [path.join(prisma, "build", "index.js"), "generate"], {
    cwd: root,
    encoding: "utf8",
    // Without this, Prisma downloads the schema engine, which generating does not need.
    env: {
      ...process.env,
      PRISMA_SCHEMA_ENGINE_BINARY: "/bin/true",
      CHECKPOINT_DISABLE: "1",
      PRISMA_HIDE_UPDATE_MESSAGE: "1",
    },
  });
  if (result.status !== 0) throw new Error(`prisma generate failed:\n${result.stdout}${result.stderr}`);
  fs.writeFileSync(stamp, wanted);
}

if (import.meta.main) generateClient();
