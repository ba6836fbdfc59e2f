import { execFile } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { ESLint } from "eslint";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";

const root = path.resolve(import.meta.dirname, "../../..");

/** One breach of each rule: a file, and what the file imports. */
const BREACHES: Record<string, [file: string, imported: string][]> = {
  "no-circle": [["app/ui/a.ts", "./b.ts"]],
  "ground-knows-nobody": [
    ["app/queue.server.ts", "./worker/pipeline.server.ts"],
    ["app/ui/draw.ts", "../offers/offer.ts"],
  ],
  "a-domain-looks-down-only": [
    ["app/sync/apply.server.ts", "../worker/pipeline.server.ts"],
    ["app/offers/publish.ts", "../plugins/plugin.ts"],
    ["app/customers/profile.ts", "../offers/offer.ts"],
    ["app/segments/segment.ts", "../offers/offer.ts"],
  ],
  "siblings-meet-only-in-the-pipeline": [["app/surveys/survey.ts", "../offers/offer.ts"]],
  "a-plugin-knows-no-other-plugin": [["app/plugins/one/plugin.ts", "../two/plugin.ts"]],
  "a-plugin-has-no-door": [
    ["app/plugins/two/page.ts", "../../ui/b.ts"],
    ["app/plugins/registry.server.ts", "./one/plugin.ts"],
    ["app/plugins/running/guard.server.ts", "../one/plugin.ts"],
  ],
  "routes-import-no-routes": [["app/routes/app.one.tsx", "./app.two.tsx"]],
  "the-browser-never-loads-the-server": [["app/offers/editor/draft/offer-form.tsx", "./publish.server.ts"]],
  "the-server-draws-nothing": [["app/offers/publishing/publish.server.ts", "./card.tsx"]],
  "extensions-share-only-the-wire": [["extensions/thank-you/src/ask.ts", "../../../app/offers/offer.ts"]],
  "the-app-does-not-know-its-tests": [["app/sync/door.server.ts", "../../test/dev-store/model.ts"]],
  "the-store-does-not-know-the-app": [["test/dev-store/store.ts", "../../app/offers/offer.ts"]],
  "no-drawer-for-odds-and-ends": [["app/offers/price.ts", "./utils.ts"]],
};

const report = z.object({
  summary: z.object({ violations: z.array(z.object({ from: z.string(), rule: z.object({ name: z.string() }) })) }),
});

describe("the floors", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "regulars-floors-"));
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  const write = (file: string, text: string) => {
    const target = path.join(folder, file);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    if (!fs.existsSync(target)) fs.writeFileSync(target, text);
  };

  it("every breach is named by its rule, and nothing else is", async () => {
    for (const [file, imported] of Object.values(BREACHES).flat()) {
      write(file, `import { it } from "${imported}";\nexport const there = it;\n`);
    }
    write("app/ui/b.ts", 'import { there } from "./a.ts";\nexport const it = there;\n');
    for (const [file, imported] of Object.values(BREACHES).flat()) {
      write(path.join(path.dirname(file), imported), "export const it = 1;\n");
    }
    write("tsconfig.json", '{ "compilerOptions": { "allowImportingTsExtensions": true, "noEmit": true } }');
    const config = path.join(root, ".dependency-cruiser.js");
    const options = ["app", "extensions", "test", "--config", config, "--output-type", "json"];
    const found = await promisify(execFile)(path.join(root, "node_modules/.bin/depcruise"), options, {
      cwd: folder,
      maxBuffer: 1e8,
    }).catch((error: { stdout: string }) => error);
    const { violations } = report.parse(JSON.parse(found.stdout)).summary;
    const named = new Set(violations.map(({ from, rule }) => `${rule.name}: ${from}`));
    const expected = Object.entries(BREACHES).flatMap(([rule, pairs]) => pairs.map(([file]) => `${rule}: ${file}`));
    // The checker reports a circle, and an import of a forbidden folder, at both ends.
    expect(
      [...named]
        .filter(
          (name) => !["no-circle: app/ui/b.ts", "no-drawer-for-odds-and-ends: app/offers/utils.ts"].includes(name),
        )
        .sort(),
    ).toEqual(expected.sort());
  });
});

describe("the lint rules", () => {
  const eslint = new ESLint({ cwd: root });
  it.each([
    [
      "process.env in the app",
      "app/offers/a.ts",
      "export const a = process.env['PORT'];",
      "Read it in app/env.server.ts",
    ],
    ["an enum", "app/offers/a.ts", "export enum A { b }", "Use a union of literals"],
    ["a barrel", "app/offers/a.ts", 'export * from "./b.ts";', "No barrels"],
    ["a barrel by names", "app/offers/a.ts", 'export { b } from "./b.ts";', "No barrels"],
    ["a default export", "app/offers/a.ts", "export default 1;", "Named exports only"],
    ["unsafe SQL", "app/offers/a.ts", "export const a = (d: D) => d.$queryRawUnsafe('x');", "Use a sql`` template"],
    ["any", "app/offers/a.ts", "export const a = (b: any) => b;", "Unexpected any"],
    ["a double cast", "app/offers/a.ts", "export const a = 1 as unknown as string;", "hides what it is"],
    ["a silenced type", "app/offers/a.ts", "// @ts-ignore\nexport const a = 1;", "ts-ignore"],
    ["console", "app/offers/a.ts", "console.log(1);", "Unexpected console"],
    ["a process's clock", "app/offers/a.ts", "export const a = Date.now();", "Ask the clock that fits"],
    ["a process's time", "app/offers/a.ts", "export const a = () => new Date();", "Ask the clock that fits"],
    ["unfinished work", "app/offers/a.ts", "// TODO later\nexport const a = 1;", "Unexpected 'todo' comment"],
    ["a file of 401 lines", "test/flows/a.ts", "export {};\n".repeat(401), "Maximum allowed is 400"],
    ["a route of 81 lines", "app/routes/a.tsx", "export {};\n".repeat(81), "Maximum allowed is 80"],
    [
      "SQL in a route",
      "app/routes/a.tsx",
      'import { sql } from "../db.server.ts";\nexport const a = sql;',
      "ask a domain function",
    ],
    ["a mocked module", "test/flows/a.test.ts", 'vi.mock("./b.ts");', "Touch the real thing"],
    [
      "a listener that nobody waits for",
      "test/browser/a.test.ts",
      'page.on("response", async (b) => { await b.text(); });',
      "Nobody waits for an async listener",
    ],
    [
      "a timer that nobody waits for",
      "test/flows/a.test.ts",
      "setTimeout(async () => { await b(); }, 1);",
      "async timer",
    ],
    ["a skipped test", "test/flows/a.test.ts", 'it.skip("x", () => undefined);', "Every test runs"],
    ["a name in camel case", "app/offers/offerKind.ts", "export const a = 1;", "Name files in kebab-case"],
    ["a rule switched off", "app/offers/a.ts", "/* eslint-disable */\nexport enum A { b }", "Use a union of literals"],
    ...[
      "select seq::text, body from inbox where state = 'waiting' order by seq limit 10",
      'select amount::text as "spent" from customer order by id, "spent" desc nulls last',
      "select distinct on (seq) cast(i.seq as text), i.body from inbox i",
      "select id from inbox order by seq::text",
      "select max(seq::text) from inbox",
      "select id from inbox where seq::text > ${after} order by inbox.seq",
      "select id from inbox where (seq::text, id) > (${after}, ${id})",
      "select to_char(at, 'DD.MM.YYYY') as day from event order by day",
    ].map((text) => [
      `numbers as text (${text})`,
      "app/offers/a.ts",
      `export const a = sql\`${text}\`;`,
      "letter by letter",
    ]),
    [
      "columns that are cast apart from their order",
      "app/offers/a.ts",
      "const columns = sql`seq::text as seq`;\nexport const a = sql`select ${columns} from inbox order by seq`;",
      "letter by letter",
    ],
    ...(
      [
        [
          "with was as (select id from offer), won as (insert into offer (id) values ($1) returning id) table won",
          "lock",
        ],
        ["insert into shop (id) values ($1) on conflict (id) do update set installed_at = now()", "excluded"],
        ["insert into a (x) values ($1) on conflict (x) do update set y = jsonb_build_object('z', 1)", "excluded"],
        ["update segment s set updated_at = s.updated_at + interval '1 ms' where id = $1", "at time zone 'UTC'"],
        ["update segment set updated_at = updated_at + interval '1 ms' where id = $1", "at time zone 'UTC'"],
        ["greatest($1::timestamptz, updated_at + interval '1 ms')", "at time zone 'UTC'"],
        ["select set_config('work_mem', '64MB', true)", "setLocal"],
      ] as const
    ).map(([text, mend]): [string, string, string, string] => [
      `a form that no cluster takes (${text})`,
      "app/offers/a.ts",
      `export const a = sql\`${text}\`;`,
      mend,
    ]),
    [
      "the database's clock for a fact",
      "app/customers/facts/a.ts",
      "export const a = sql`update customer set deleted_at = now() where id = $1`;",
      "shop.now\\(\\)",
    ],
    [
      "a midnight that PostgreSQL finds",
      "app/analytics/a.ts",
      "export const a = sql`select date_trunc('day', ${at}::timestamptz at time zone ${zone}) at time zone ${zone}`;",
      "local-time",
    ],
    ["a topic of Shopify", "app/sync/compliance/a.ts", 'export const a = "customers/redact";', "turns it into a word"],
    [
      "a topic of Shopify in SQL",
      "app/customers/facts/a.ts",
      "export const a = sql`select id from inbox where topic = 'orders/create'`;",
      "turns it into a word",
    ],
    ["a topic with a dot", "app/segments/a.ts", 'export const a = "customer.tags_added";', "turns it into a word"],
    ["a gid", "app/segments/a.ts", "export const a = (id) => `gid://shopify/Customer/${id}`;", "reads the id"],
    [
      "what counts, written by hand",
      "app/offers/a.ts",
      "export const a = sql`select id from shop_order o where not o.test and o.deleted_at is null`;",
      "its column `counts`",
    ],
    ["a wait of a second", "test/flows/a.test.ts", "await vi.waitFor(() => expect(a).toBe(1));", "timeout: 60_000"],
    [
      "an open stay, written by hand",
      "app/offers/a.ts",
      "export const a = sql`select customer_id from membership m where m.shop_id = $1 and m.left_at is null`;",
      "openStay",
    ],
    [
      "a function of 81 lines",
      "app/offers/a.ts",
      `export function a() {\n${"  a();\n".repeat(81)}}`,
      "Maximum allowed is 80",
    ],
  ])("%s is refused, and the message says the mend", async (_what, filePath, code, message) => {
    const [result] = await eslint.lintText(code, { filePath: path.join(root, filePath) });
    expect(result?.messages.map((each) => each.message).join("\n")).toMatch(new RegExp(message));
  });

  it.each([
    ["app/sync/sources/shopify/a.ts", 'export const a = "customers/redact";'],
    [
      "app/sync/a.ts",
      'import { a } from "./inbox/turn.ts";\nexport const b = [a, "text/csv", "order.placed", "app/sync/b.ts"];',
    ],
  ])("%s may say what it says", async (filePath, code) => {
    const [result] = await eslint.lintText(code, { filePath: path.join(root, filePath) });
    expect(result?.messages.map(({ message }) => message)).toEqual([]);
  });

  it.each([
    "select seq::text, body from inbox order by inbox.seq limit 10",
    "select seq::text from inbox where seq > ${after}::bigint order by inbox.seq",
    "select id from customer where id = any(${ids}::text[]) order by id",
    "select data->>'tier' as tier from event where note::text <> '' order by at",
  ])("%s is a number's own order", async (text) => {
    const code = `export const a = sql\`${text}\`;`;
    const [result] = await eslint.lintText(code, { filePath: path.join(root, "app/offers/a.ts") });
    expect(result?.messages.filter(({ ruleId }) => ruleId === "house/text-order")).toEqual([]);
  });
});
