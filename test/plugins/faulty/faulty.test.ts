// A plugin with eleven faults. The plugin's page shows each fault in a sentence with the plugin's own line, and the shop's other work
// goes on.
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { resolveOffer } from "../../../app/offers/resolve.server.ts";
import { registryOf } from "../../../app/plugins/installed.server.ts";
import { runJob } from "../../../app/plugins/running/jobs/runs.server.ts";
import { field } from "../../../app/fields.ts";
import { assemble } from "../../../app/plugins/registry.server.ts";
import { PRODUCTION } from "../../chaos/entries.ts";
import { recorder } from "../../setup/stack.ts";
import { pluginShop, type PluginShop } from "../kit/plugin-shop.ts";
import { wholeOf } from "../kit/whole.ts";
import { faulty } from "./plugin.ts";

const AT = String.raw` at test/plugins/faulty/plugin\.ts:\d+$`;
const EVERYBODY = "number_of_orders >= 0";

let it: PluginShop;
beforeAll(async () => {
  it = await pluginShop(faulty, { limitMs: 500, mayFail: true });
  await it.follow(EVERYBODY);
});

/** The fault of a member, as the plugin's page shows it. */
const told = async (member: string) =>
  (await it.page()).faults.find(({ fault }) => fault.startsWith(`${member}: `))?.fault;

/** The line of the plugin's file that a fault names. */
const lineOf = (fault = "") =>
  fs.readFileSync(path.join(import.meta.dirname, "plugin.ts"), "utf8").split("\n")[Number(/\d+$/.exec(fault)?.[0]) - 1];

async function run(job: string): Promise<string | undefined> {
  const { jobs } = await registryOf(it.shop, wholeOf(faulty));
  const bound = jobs[`faulty/${job}`]?.it;
  if (!bound) throw new Error("the job is there");
  expect(await runJob(it.shop, "faulty", job, bound, 500)).toEqual({ ok: false });
  return told(`job ${job}`);
}

test("errors in a webhook, an event and onInstalled are shown; the customer is stored, and in the segment", async () => {
  const id = await it.addCustomer();
  await it.settle();
  expect(await it.members(EVERYBODY)).toEqual([id]);
  expect(await told("customers/create")).toMatch(new RegExp(`^customers/create: TypeError${AT}`));
  expect(await told("customer.created")).toMatch(new RegExp(`^customer.created: TypeError${AT}`));
  expect(await run("onInstalled")).toMatch(new RegExp(`^job onInstalled: Error${AT}`));
});

test.each([
  ["hangs", "no answer within 0\\.5 s"],
  ["reads_another_shop", "its SQL sets which shop it is held to\\. Take that out: it reads its own shop alone"],
  ["asks_elsewhere", "it asks the host elsewhere\\.example\\.org, which is not in its sends: declare it there"],
  ["writes_too_much", "it writes a record of 1000011 bytes, and a record has 65536 at most: write several records"],
])("the job %s is told as: %s", async (job, sentence) => {
  expect(await run(job)).toMatch(new RegExp(`^job ${job}: ${sentence}${AT}`));
});

test("a job that hangs is told with the line on which the plugin begins the job", async () => {
  expect(lineOf(await told("job hangs"))).toContain("hangs: ");
});

test("refused SQL and a value of another type pause their own segments and are shown; other segments go on", async () => {
  await it.follow("faulty_syntax IS NULL");
  expect(await told("attribute faulty_syntax")).toMatch(
    new RegExp(`^attribute faulty_syntax: its SQL is refused: syntax error at or near "\\."${AT}`),
  );
  expect(lineOf(await told("attribute faulty_syntax"))).toContain("select form c.email");
  await it.follow("faulty_type = 5");
  expect(await told("attribute faulty_type")).toMatch(
    new RegExp(
      `^attribute faulty_type: its SQL gives a value of another type than it is compared as: .*text = numeric${AT}`,
    ),
  );
  const before = await it.members(EVERYBODY);
  const id = await it.addCustomer();
  await it.settle();
  expect(await it.members(EVERYBODY)).toEqual([...before, id].sort());
});

test("an offer that no block can draw and a card that throws are shown as faults; the other cards are drawn", async () => {
  const { offerKinds } = await registryOf(it.shop, wholeOf(faulty));
  expect(await resolveOffer(it.shop, offerKinds, { kind: "faulty_gift", settings: {} })).toMatchObject({ ok: false });
  expect(await told("offer faulty_gift")).toMatch(
    new RegExp(`^offer faulty_gift: its content has the shape "gift": use message or discount${AT}`),
  );
  expect(lineOf(await told("offer faulty_gift"))).toContain("faulty_gift: defineOfferKind");
  expect(await it.cards("home")).toEqual([]);
  expect(await told("card faulty_card")).toMatch(new RegExp(`^card faulty_card: SyntaxError${AT}`));
});

test("an endless loop is named, the plugin is switched off in this shop, and the process ends so that it is started again", async () => {
  const { PATH, ROWS_SEEN, APP_DATABASE_URL = "", DOOR_DATABASE_URL = "" } = process.env;
  const program = [...recorder(), path.join(import.meta.dirname, "loop-process.ts"), it.shop.id];
  const child = spawn(process.execPath, program, {
    env: { PATH, ROWS_SEEN, NODE_ENV: "production", ...PRODUCTION, APP_DATABASE_URL, DOOR_DATABASE_URL },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const signal = await new Promise((resolve) => child.once("close", (_code, by) => resolve(by)));
  expect(signal).toBe("SIGKILL");
  const { enabled, fault } = await it.page();
  expect(enabled).toBe(false);
  expect(fault).toMatch(new RegExp(`^job loops: let nothing else run for 1 s${AT}`));
});

test("faults of a definition stop the boot with all their sentences at once", () => {
  const wrong = {
    ...faulty,
    contract: 3 as never,
    settings: { share: field.percent("faulty.share", { initial: "150" }) },
  };
  expect(() => assemble([wrong])).toThrow(
    /^Plugin "faulty": it was written for the contract 3\. .*\nPlugin "faulty": the setting share has the initial "150", and its own check refuses this value/,
  );
});
