// A trial plugin with settings of every kind, jobs that succeed and fail, a host to send to, and cards of each shape.
// test/browser/plugin-page.test.ts installs the plugin in a copy of the project and opens the copy's pages in a browser.
import { field } from "../../../app/fields.ts";
import { definePlugin } from "../../../app/plugins/plugin.ts";

const MODELS = { plain: "gift-wrap.plain", ribbon: "gift-wrap.ribbon" };

export const giftWrap = definePlugin({
  name: "gift-wrap",
  contract: 1,
  label: "gift-wrap.label",
  description: "gift-wrap.description",
  settings: {
    fee: field.money("gift-wrap.fee", { initial: "2.50" }),
    model: field.choice("gift-wrap.model", MODELS, { initial: "plain" }),
    colour: field.when({ model: "ribbon" }, field.text("gift-wrap.colour", { help: "gift-wrap.colour_help" })),
    sample: field.product("gift-wrap.sample", { optional: true, help: "gift-wrap.sample_help" }),
    some: field.toggle("gift-wrap.some"),
    only: field.when(
      { some: true },
      field.group(
        "gift-wrap.only",
        {
          products: field.products("gift-wrap.products", { max: 3, optional: true }),
          collection: field.collection("gift-wrap.collection"),
          words: field.list("gift-wrap.words", { optional: true, help: "gift-wrap.words_help" }),
        },
        { help: "gift-wrap.only_help" },
      ),
    ),
  },
  sends: [{ host: "labels.example.com", purpose: "gift-wrap.purpose" }],
  webhooks: {
    "orders/create": ({ records }, { id, total_price }) => records("wrapped").put({ key: id, data: { total_price } }),
  },
  cards: {
    papers: {
      label: "gift-wrap.papers",
      place: "home",
      resolve: async () => ({
        shape: "bars",
        unit: "count",
        bars: [
          { label: MODELS.plain, value: "1204" },
          { label: "Ribbon of organic cotton, undyed, from a mill in Lancashire", verbatim: true, value: "311" },
          { label: MODELS.ribbon, value: "0" },
        ],
      }),
    },
    days: {
      label: "gift-wrap.days",
      place: "home",
      resolve: async () => ({
        shape: "series",
        unit: "money",
        points: ["12.50", "40", null, "0", "1250.75", "900", "310"].map((value, at) => ({
          day: `2026-11-2${at}`,
          value,
        })),
      }),
    },
    months: {
      label: "gift-wrap.months",
      place: "home",
      resolve: async () => ({
        shape: "matrix",
        unit: "percent",
        columns: ["Aug", "Sep", "Oct", "Nov"].map((label) => ({ label, verbatim: true })),
        rows: [
          { label: MODELS.plain, values: ["0.5", "0.42", "0.4", null] },
          { label: MODELS.ribbon, values: ["0.05", "0.125", null, null] },
        ],
      }),
    },
  },
  jobs: {
    recount: {
      label: "gift-wrap.recount",
      cron: "30 4 * * *",
      run: ({ records }) => records("wrapped").put({ key: "counted", data: {} }),
    },
    print: {
      cron: "0 * * * *",
      async run() {
        throw new Error("the printer has no paper");
      },
    },
  },
});
