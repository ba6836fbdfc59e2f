// A trial plugin with eleven faults, each in a member of its own.
import { sql } from "../../../app/db.server.ts";
import { defineOfferKind, definePlugin, type WorkContext } from "../../../app/plugins/plugin.ts";

const attribute = { label: "faulty.attribute", reads: ["profile"], nullable: true } as const;
const daily = (run: (context: WorkContext) => Promise<unknown>) => ({
  cron: "0 3 * * *",
  run: async (context: WorkContext) => void (await run(context)),
});

export const faulty = definePlugin({
  name: "faulty",
  contract: 1,
  label: "faulty.label",
  description: "faulty.description",
  sends: [{ host: "api.example.com", purpose: "faulty.purpose" }],
  onInstalled: () => Promise.reject(new Error("nothing is as I thought")),
  webhooks: {
    "customers/create": async (_context, { id }) => {
      throw new TypeError(`customer ${id} is not as I thought`);
    },
  },
  events: {
    "customer.created": async ({ records }, { customerId, data }) => {
      const { of } = data["size"] as { of: string };
      await records("size").put({ key: of, customerId, data });
    },
  },
  jobs: {
    hangs: daily(() => new Promise(() => undefined)),
    loops: daily(async ({ shop }) => {
      while (shop.now().getTime() > 0);
    }),
    reads_another_shop: daily(({ shop }) =>
      shop.db.tx(async (tx) => {
        await tx.rows(sql`select set_config('app.shop', 'neighbour.myshopify.com', true)`);
        return tx.rows(sql`select email from api.customers`);
      }),
    ),
    asks_elsewhere: daily(({ fetch }) => fetch("https://elsewhere.example.org/?name=Asha")),
    writes_too_much: daily(({ records }) => records("book").put({ key: "all", data: { text: "x".repeat(1_000_000) } })),
  },
  attributes: {
    faulty_syntax: { ...attribute, type: "string", sql: () => sql`(select form c.email)` },
    faulty_type: { ...attribute, type: "integer", sql: () => sql`c.email` },
  },
  offerKinds: {
    faulty_gift: defineOfferKind({
      label: "faulty.gift",
      settings: {},
      resolve: () => ({ content: { shape: "gift", href: null } as never, discount: null }),
    }),
  },
  cards: {
    faulty_card: { label: "faulty.card", place: "home", resolve: async () => JSON.parse("no card") as null },
  },
});
