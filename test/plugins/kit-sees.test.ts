// Tests of the contract's tests: each check fails for a plugin that breaks only the check's rule, and says how to correct the plugin.
import fs from "node:fs";
import https from "node:https";
import { expect, test } from "vitest";
import { sql } from "../../app/db.server.ts";
import { field, type Field } from "../../app/fields.ts";
import {
  defineFunction,
  defineOfferKind,
  definePlugin,
  defineQuestionKind,
  type Plugin,
} from "../../app/plugins/plugin.ts";
import { changeFacts, factsOf, plantPeople, valuesOf } from "./kit/facts.ts";
import { watchReach } from "./kit/contract/reach.ts";
import { CHECKS } from "./kit/test-plugin.ts";
import { pluginShop } from "./kit/plugin-shop.ts";

const forged = (members: Partial<Plugin>): Plugin =>
  definePlugin({ name: "forged", contract: 1, label: "forged.label", description: "forged.text", ...members });
const attribute = (text: ReturnType<typeof sql>, more = {}) =>
  forged({
    attributes: {
      forged: { label: "a", type: "string", nullable: true, reads: ["profile"], sql: () => text, ...more },
    },
  });
const put = async (records: Parameters<NonNullable<Plugin["onInstalled"]>>[0]["records"], key: string) => {
  await records("seen").put({ key, data: {} });
};
const misspelt = attribute(sql``, {
  sql: () => sql`(select r.dta from api.records r where r.shop_id = c.shop_id and r.key = c.id)`,
});
let times = 0;
const unlike = () => String((times += 1));

/** A field that accepts every value, even one of a wrong type. */
const forgetful: Field<string> = {
  ...field.text("a", { initial: "10" }),
  parse: (given) => ({ ok: true, value: String(given) }),
};

/** What a plugin keeps in memory of a person, although it may not. */
let remembered = "";

const BROKEN: [check: string, sentence: RegExp, plugin: Plugin][] = [
  [
    "its names, words",
    /both claim/,
    forged({ cards: { loyalty_tiers: { label: "a", place: "home", resolve: async () => null } } }),
  ],
  [
    "its settings begin",
    /has the initial 1, and its own check refuses this value\. Give another initial/,
    forged({
      settings: { most: { ...field.integer("a", { initial: 1 }), parse: () => ({ ok: false, fault: { key: "a" } }) } },
    }),
  ],
  [
    "where settings are missing or wrong",
    /it failed: see each fault's line/,
    definePlugin({
      ...forged({}),
      settings: { share: forgetful },
      cards: {
        forged: {
          label: "a",
          place: "home",
          resolve: async ({ settings }) => ({ shape: "figure", value: String(settings["share"]), unit: "count" }),
        },
      },
    }),
  ],
  [
    "give values of their types",
    /attribute forged: its SQL gives text, and must give numeric: cast the value at test\/plugins/,
    attribute(sql`c.number_of_orders::text`, { type: "integer", nullable: undefined }),
  ],
  [
    "give values of their types",
    /attribute forged: its SQL gives date, and must give timestamp with time zone: cast the value/,
    attribute(sql`c.added_at::date`, { type: "date" }),
  ],
  [
    "give values of their types",
    /attribute forged: its SQL is refused: column r\.dta does not exist at test\/plugins\/kit-sees\.test\.ts:\d+/,
    misspelt,
  ],
  [
    "give values of their types",
    /attribute forged: its SQL gives several rows for one customer: aggregate the rows/,
    attribute(sql`(select o.id from api.orders o where o.shop_id = c.shop_id and o.customer_id = c.id)`, {
      reads: ["orders"],
    }),
  ],
  [
    "give values of their types",
    /attribute forged: its SQL is refused: column "town" does not exist at test\/plugins\/kit-sees\.test\.ts:\d+/,
    forged({
      attributes: {
        forged: defineFunction({
          label: "a",
          reads: ["profile"],
          params: { town: { label: "b", type: "string" } },
          sql: (given) => sql`(${given("town", sql`town`)})`,
        }),
      },
    }),
  ],
  [
    "read no more than they say",
    /forged changed with tags: write "tags" into its reads/,
    attribute(sql`array_to_string(c.tags, ',')`),
  ],
  [
    "read no more than they say",
    /forged reads records:seen in its SQL: write "records:seen" into its reads/,
    attribute(sql`(select max(r.key) from api.records r where r.shop_id = c.shop_id and r.plugin = 'forged'
      and r.kind = 'seen' and r.customer_id = c.id)`),
  ],
  [
    "read no more than they say",
    /forged reads records of the plugin loyalty, and segments do not follow these/,
    attribute(
      sql`(select max(r.key) from api.records r where r.shop_id = c.shop_id and r.plugin = 'loyalty'
        and r.kind = 'tier' and r.customer_id = c.id)`,
      { reads: ["records:tier"] },
    ),
  ],
  [
    "give values of their types",
    /attribute forged: its SQL gives several rows for one customer: aggregate the rows/,
    attribute(
      sql`(select r.key from api.records r where r.shop_id = c.shop_id and r.plugin = 'forged' and r.kind = 'seen'
        and r.customer_id = c.id)`,
      { reads: ["records:seen"] },
    ),
  ],
  [
    "what time alone changes",
    /forged changes within 1 days by itself: give it flips/,
    forged({
      attributes: {
        forged: {
          label: "a",
          type: "integer",
          reads: ["profile"],
          sql: ({ now }) => sql`extract(day from ${now}::timestamptz - c.added_at)::int`,
        },
      },
    }),
  ],
  [
    "what time alone changes",
    /name them in its flips/,
    forged({
      attributes: {
        forged: {
          label: "a",
          type: "boolean",
          reads: ["profile"],
          sql: ({ now }) => sql`(${now}::timestamptz > c.added_at + interval '30 days')`,
          flips: () => sql`false`,
        },
      },
    }),
  ],
  [
    "see no rows of another shop",
    /forged reads other shops: say shop_id = c.shop_id/,
    attribute(sql`(select count(*)::text from api.orders o where o.customer_id = c.id)`, { reads: ["orders"] }),
  ],
  [
    "may hear a webhook twice",
    /make each handler idempotent/,
    forged({ webhooks: { "orders/create": ({ records }) => put(records, unlike()) } }),
  ],
  [
    "may be told of an event twice",
    /make each listener idempotent/,
    forged({ events: { "order.placed": ({ records }) => put(records, unlike()) } }),
  ],
  [
    "its jobs may be cut off",
    /count leaves more when it runs twice/,
    forged({ jobs: { count: { cron: "0 3 * * *", run: ({ records }) => put(records, unlike()) } } }),
  ],
  [
    "its jobs may be cut off",
    /count was killed in its transaction 3, and did not make up for it/,
    forged({
      jobs: {
        count: {
          cron: "0 3 * * *",
          async run({ records }) {
            if (await records("seen").get("begun")) return;
            await put(records, "begun");
            await put(records, "counted");
          },
        },
      },
    }),
  ],
  [
    "what another shop hears",
    /keep nothing of a context/,
    // Keeps the context of one shop and uses it for the next shop.
    forged({
      webhooks: (() => {
        let first: Parameters<NonNullable<Plugin["onInstalled"]>>[0] | undefined;
        return { "orders/create": async (context) => put((first ??= context).records, context.shop.id) };
      })(),
      onInstalled: async () => undefined,
    }),
  ],
  [
    "answer in closed shapes",
    /it failed: see each fault's line/,
    forged({
      offerKinds: {
        forged: defineOfferKind({
          label: "a",
          settings: { note: field.text("a", { initial: "10" }) },
          // Uses a text setting as a percentage, which fails for a text that is not a number.
          resolve: (_context, { note }) => ({
            content: { shape: "message", href: null },
            discount: { title: "", grant: { kind: "percent", percent: note }, code: null },
          }),
        }),
      },
    }),
  ],
  [
    "answer in closed shapes",
    /it failed: see each fault's line/,
    forged({
      questionKinds: {
        forged: defineQuestionKind({
          label: "a",
          settings: {},
          measure: "text",
          shape: () => ({ shape: "text", maxLength: 10, multiline: false }),
          check: ([answer]) => ({ ok: true, values: [{ text: answer as string, number: null }] }),
        }),
      },
    }),
  ],
  [
    "gone when the person is redacted",
    /say whose record it is/,
    forged({
      webhooks: {
        "customers/create": async (_context, { email }) => void (remembered = String(email)),
      },
      jobs: {
        again: {
          cron: "0 3 * * *",
          run: ({ records }) => records("address").put({ key: "1", data: { email: remembered } }),
        },
      },
    }),
  ],
];

test.each(BROKEN)("that %s is not so is seen, and told as %s", async (says, sentence, plugin) => {
  const check = CHECKS.find((each) => each.says.includes(says));
  if (!check) throw new Error(`no check says ${says}`);
  const tried = async () => {
    const it = await pluginShop(plugin);
    await plantPeople(it.shop, plugin);
    await check.run(plugin, it);
  };
  await expect(tried()).rejects.toThrow(sentence);
});

test("a job that hangs is given up at the test's limit", async () => {
  const plugin = forged({ jobs: { count: { cron: "0 3 * * *", run: () => new Promise(() => undefined) } } });
  const it = await pluginShop(plugin, { limitMs: 300 });
  for (const says of ["its jobs may be cut off", "what another shop hears"])
    await expect(CHECKS.find((each) => each.says.includes(says))?.run(plugin, it)).rejects.toThrow(
      /job count: no answer within 0\.3 s/,
    );
});

test("members names the attribute whose SQL fails, the line of the SQL, and the place of a query's fault", async () => {
  const { members } = await pluginShop(misspelt);
  const error = await members("number_of_orders >= 0 OR forged = 'a'").catch((thrown: Error) => thrown);
  const [, fault, line] =
    /^attribute forged: (.*) at test\/plugins\/kit-sees\.test\.ts:(\d+)$/.exec((error as Error).message) ?? [];
  expect(fault).toBe("its SQL is refused: column r.dta does not exist");
  expect(fs.readFileSync(import.meta.filename, "utf8").split("\n")[Number(line) - 1]).toContain(
    "sql: () => sql`(select r.dta",
  );
  await expect(members("forgd = 1")).rejects.toThrow("Line 1 Column 0: 'forgd' filter cannot be found.");
});

test("members lists more customers than a preview's page shows", async () => {
  const { shop, members } = await pluginShop(forged({}));
  await shop.db.tx((tx) =>
    tx.run(sql`insert into customer (shop_id, id) select ${shop.id}, n::text from generate_series(100, 150) n`),
  );
  expect(await members("number_of_orders = 0")).toHaveLength(51);
});

test("a followed query moves with the plugin's settings after settle, and goes through the midnights up to a later moment", async () => {
  const plugin = definePlugin({
    name: "forged",
    contract: 1,
    label: "forged.label",
    description: "forged.text",
    settings: { days: field.integer("forged.days", { initial: 30 }) },
    attributes: {
      old_customer: {
        label: "forged.old",
        type: "boolean",
        reads: ["profile"],
        sql: ({ now }, { settings }) =>
          sql`coalesce(${now}::timestamptz > c.added_at + make_interval(days => ${settings.days}), false)`,
        flips: (
          { from, to },
          { settings },
        ) => sql`(c.added_at + make_interval(days => ${settings.days}) >= ${from}::timestamptz
          and c.added_at + make_interval(days => ${settings.days}) <= ${to}::timestamptz)`,
      },
    },
  });
  const { shop, members, follow, set, settle } = await pluginShop(plugin);
  await shop.db.tx((tx) =>
    tx.run(sql`insert into customer (shop_id, id, added_at) values (${shop.id}, '7', now() - interval '10 days')`),
  );
  await follow("old_customer = true");
  await follow("old_customer = false");
  expect(await members("old_customer = true")).toEqual([]);
  await set({ days: "5" });
  await settle();
  expect(await members("old_customer = true")).toEqual(["7"]);
  await set({ days: "20" });
  await settle();
  const later = new Date(shop.now().getTime() + 15 * 86_400_000);
  expect(await members("old_customer = true", later)).toEqual(["7"]);
  expect(await members("old_customer = false", later)).toEqual([]);
});

test("requests that bypass the context's fetch are seen, and so are writes to the console", async () => {
  const reach = watchReach(forged({ sends: [{ host: "declared.invalid", purpose: "a" }] }));
  const ask = (address: string) =>
    new Promise<void>((resolve) => https.get(address, () => resolve()).on("error", () => resolve()));
  await ask("https://undeclared.invalid/");
  await ask("https://declared.invalid/");
  await fetch("https://fetched.invalid/").catch(() => undefined);
  console.log("a word");
  reach.end();
  expect(reach).toMatchObject({ hosts: ["undeclared.invalid", "fetched.invalid"], said: ["a word"] });
});

test("each kind of fact that an attribute reads changes its value each time, also for the second attribute of a plugin", async () => {
  const plugin = forged({
    metafields: [{ owner: "customer", namespace: "facts", key: "birth_date", type: "date" }],
    attributes: {
      forged: {
        label: "a",
        type: "string",
        reads: ["profile"],
        sql: () => sql`concat(c.first_name, c.tags, c.email_subscription_status, c.number_of_orders,
          (select count(*) from api.addresses a where a.shop_id = c.shop_id and a.customer_id = c.id),
          (select count(*) from api.answers a where a.shop_id = c.shop_id and a.customer_id = c.id),
          (select string_agg(p.title, ',') from api.products p where p.shop_id = c.shop_id),
          (select string_agg(m.value, ',') from api.metafields m where m.shop_id = c.shop_id and m.customer_id = c.id))`,
      },
    },
  });
  const { shop, registry } = await pluginShop(plugin);
  await plantPeople(shop, plugin);
  const entry = registry.attributes["forged"];
  if (!entry) throw new Error("the attribute is there");
  const facts = factsOf(plugin);
  for (const fact of [...Object.keys(facts), ...Object.keys(facts)]) {
    const before = await valuesOf(shop, entry);
    await changeFacts(shop, facts, fact);
    expect(await valuesOf(shop, entry), fact).not.toEqual(before);
  }
});
