// Faults that stop the app from starting, and the sentence that it prints.
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { atDatabase, runOn } from "../../prisma/schema-engine.ts";
import { connectionUrls } from "../../prisma/urls.ts";
import { ENTRIES, portOf, PRODUCTION, PROJECT, start, type Ended, type Settings } from "./entries.ts";

const urls = { APP_DATABASE_URL: "", DOOR_DATABASE_URL: "" };
const owner = () => process.env["DATABASE_URL"] ?? "";

beforeAll(() => {
  urls.APP_DATABASE_URL = process.env["APP_DATABASE_URL"] ?? "";
  urls.DOOR_DATABASE_URL = process.env["DOOR_DATABASE_URL"] ?? "";
});

const withPassword = (url: string) => Object.assign(new URL(url), { password: "wrong-pass-word" }).href;

function expectSentence({ code, said }: Ended, sentence: RegExp | string) {
  expect(said).toMatch(sentence);
  expect(said, "no stack").not.toMatch(/\n\s+at |node:internal|Node\.js v/);
  expect(said, "no secret").not.toMatch(/wrong-pass-word|the-secret-of-the-app/);
  expect(code).toBe(1);
}

const startAll = (settings: Settings): Promise<Ended[]> =>
  Promise.all(ENTRIES.map((entry) => start(entry, { ...PRODUCTION, ...urls, ...settings }).ended));

const BAD: { [fault: string]: [Settings, RegExp] } = {
  "a key that is missing": [
    { ENCRYPTION_KEY: "" },
    /ENCRYPTION_KEY is not set. It is 32 random bytes .* `openssl rand -base64 32`/,
  ],
  "a key that is too short": [{ ENCRYPTION_KEY: "c2hvcnQ=" }, /ENCRYPTION_KEY is wrong/],
  "no client id and no secret": [
    { SHOPIFY_API_KEY: "", SHOPIFY_API_SECRET: "" },
    /SHOPIFY_API_KEY is not set[^]*SHOPIFY_API_SECRET is not set/,
  ],
  "an address with a path": [
    { SHOPIFY_APP_URL: "https://crm.example.com/app" },
    /SHOPIFY_APP_URL is wrong. It is the public address of this app without a path/,
  ],
  "a port that is none": [{ PORT: "http" }, /PORT is wrong/],
  "a host that is no address": [{ HOST: "300.1.1.1" }, /HOST is wrong. It is the address of this machine to listen on/],
  "development without the app's secret": [
    { NODE_ENV: "development", SHOPIFY_API_SECRET: "" },
    /SHOPIFY_API_SECRET is not set. It is the app's client secret: see Settings/,
  ],
  "a worker's port that is none": [{ WORKER_PORT: "70000" }, /WORKER_PORT is wrong/],
  "a log level that is none": [{ LOG_LEVEL: "loud" }, /LOG_LEVEL is wrong. It is one of fatal/],
  "a pool of one": [{ DATABASE_POOL: "1" }, /DATABASE_POOL is wrong/],
  "a metrics token that can be guessed": [
    { METRICS_TOKEN: "1234" },
    /METRICS_TOKEN is wrong. It is a secret of 16 characters or more/,
  ],
  "an owner's address that is none": [
    { APP_DATABASE_URL: "", DOOR_DATABASE_URL: "", DATABASE_URL: "regulars" },
    /DATABASE_URL is wrong. It is the address of the database as its owner/,
  ],
  "an app's address that is none": [
    { APP_DATABASE_URL: "mysql://localhost/x" },
    /APP_DATABASE_URL is wrong. It is the address of the database as the role regulars_app/,
  ],
  "one of the two addresses": [
    { DOOR_DATABASE_URL: "" },
    /DOOR_DATABASE_URL is not set. Set it too, or set DATABASE_URL/,
  ],
  "a database that is away": [
    { APP_DATABASE_URL: "postgresql://regulars_app:wrong-pass-word@127.0.0.1:9/x" },
    /The database at 127.0.0.1:9 does not answer \(ECONNREFUSED\). Start the database, or correct/,
  ],
  "a host that is unknown": [
    { APP_DATABASE_URL: "postgresql://regulars_app:wrong-pass-word@db.invalid/x" },
    /The database at db.invalid does not answer \((ENOTFOUND|EAI_AGAIN)\)/,
  ],
};

test.each(Object.entries(BAD))("%s stops both processes with a sentence", async (_fault, [settings, sentence]) => {
  for (const ended of await startAll(settings)) expectSentence(ended, sentence);
});

test("a wrong password and a missing database are reported as the server reports them", async () => {
  for (const ended of await startAll({ APP_DATABASE_URL: withPassword(urls.APP_DATABASE_URL) }))
    expectSentence(
      ended,
      /The database refuses the connection: password authentication failed for user "regulars_app"/,
    );
  for (const ended of await startAll({ APP_DATABASE_URL: atDatabase(urls.APP_DATABASE_URL, "nowhere") }))
    expectSentence(ended, /The database refuses the connection: database "nowhere" does not exist/);
});

test("a server, or one role of it, that may lose commits is refused with the reason", async () => {
  const database = new URL(owner()).pathname.slice(1);
  const set = (role: string, value: string) =>
    runOn(owner(), `ALTER ROLE ${role} IN DATABASE "${database}" SET synchronous_commit = ${value}`);
  const reason = /synchronous_commit is off: a crash would lose webhooks that were acknowledged/;
  const web = () => start("entry.web.ts", { ...PRODUCTION, ...urls });
  await set("regulars_door", "off");
  expectSentence(await web().ended, reason);
  await set("regulars_door", "on");
  await set("regulars_app", "off");
  for (const ended of await startAll({})) expectSentence(ended, reason);
  await set("regulars_app", "on");
  const up = web();
  await portOf(up);
  up.child.kill("SIGTERM");
  expect(await up.ended).toMatchObject({ code: 0 });
});

test("a port that another program uses is reported", async () => {
  const squatter = net.createServer();
  await new Promise<void>((resolve) => squatter.listen(0, "127.0.0.1", resolve));
  const { port } = squatter.address() as net.AddressInfo;
  const ended = await start("entry.web.ts", { ...PRODUCTION, ...urls, PORT: String(port) }).ended;
  squatter.close();
  expectSentence(ended, `Another program already listens on 127.0.0.1:${port}.`);
});

test("without a build the web process names the command that makes one", async () => {
  const folder = fs.mkdtempSync(path.join(PROJECT, ".data", "unbuilt-"));
  for (const name of ["app", "prisma"])
    fs.cpSync(path.join(PROJECT, name), path.join(folder, name), { recursive: true });
  for (const name of ["package.json", "node_modules"])
    fs.symlinkSync(path.join(PROJECT, name), path.join(folder, name));
  const ended = await start("entry.web.ts", { ...PRODUCTION, ...urls }, folder).ended;
  fs.rmSync(folder, { recursive: true });
  expectSentence(ended, /There is no build: run `npm run build`/);
});

test("a plugin that the engines cannot run stops the worker with a sentence and no stack", async () => {
  const folder = fs.mkdtempSync(path.join(PROJECT, ".data", "wrong-plugin-"));
  for (const name of ["app", "prisma", "shopify.app.toml"])
    fs.cpSync(path.join(PROJECT, name), path.join(folder, name), { recursive: true });
  for (const name of ["package.json", "node_modules", "extensions"])
    fs.symlinkSync(path.join(PROJECT, name), path.join(folder, name));
  const guest = path.join(folder, "app/plugins/loyalty/plugin.server.ts");
  const right = fs.readFileSync(guest, "utf8");
  const wrong: [written: string, instead: string, sentence: string][] = [
    [
      '"0 3 * * *"',
      '"99 25 * * *"',
      'Plugin "loyalty": the job recount has a cron line that cannot be read: "99 25 * * *".',
    ],
    ['"loyalty.card"', '"loyalty.kard"', 'the label of the card loyalty_tiers "loyalty.kard" has no words.'],
    [
      "tierOf(sql`year.spent`, chosen)",
      "tierOf(sql`year.spnt`, chosen)",
      "The attribute loyalty_tier: its SQL is refused: column year.spnt does not exist at app/plugins/loyalty/plugin.server.ts:",
    ],
  ];
  for (const [written, instead, sentence] of wrong) {
    expect(right).toContain(written);
    fs.writeFileSync(guest, right.replace(written, instead));
    expectSentence(await start("entry.worker.ts", { ...PRODUCTION, ...urls }, folder).ended, sentence);
  }
  fs.rmSync(folder, { recursive: true });
});

test("with migrations missing the web process is up but not ready, and says why; the worker does not start", async () => {
  const name = `regulars_test_${Date.now().toString(36)}_bare`;
  await runOn(owner(), `CREATE DATABASE "${name}"`);
  const bare = connectionUrls({ DATABASE_URL: atDatabase(owner(), name) });
  const settings = { ...PRODUCTION, APP_DATABASE_URL: bare.app, DOOR_DATABASE_URL: bare.door };
  expectSentence(await start("entry.worker.ts", settings).ended, /run `npm run migrate -- deploy`/);
  const web = start("entry.web.ts", settings);
  const at = `http://127.0.0.1:${await portOf(web)}`;
  expect((await fetch(`${at}/healthz`)).status).toBe(200);
  const ready = await fetch(`${at}/readyz`);
  expect(ready.status).toBe(503);
  expect(await ready.json()).toMatchObject({
    ready: false,
    checks: expect.arrayContaining([
      { name: "database", ok: true, reason: "" },
      { name: "migrations", ok: false, reason: expect.stringContaining("run `npm run migrate") },
    ]),
  });
  web.child.kill("SIGTERM");
  expect((await web.ended).code).toBe(0);
  await runOn(owner(), `DROP DATABASE "${name}" WITH (FORCE)`);
});
