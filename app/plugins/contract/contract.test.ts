import { expect, test } from "vitest";
import { sql } from "../../db.server.ts";
import { field } from "../../fields.ts";
import type { Attribute, AttributeFunction } from "../../segments/attribute.server.ts";
import { contractFaults } from "./contract.server.ts";
import { fileFaults } from "./contract-files.server.ts";
import { definePlugin, type Plugin } from "../plugin.ts";

const described = { name: "guest", contract: 1, label: "guest.label", description: "guest.text" };
/** A plugin with a fault, also with faults that only a plugin without types can have. */
const guest = (members: Record<string, unknown>): Plugin => definePlugin({ ...described, ...members } as Plugin);

const attribute = (members: Record<string, unknown> = {}) => ({
  label: "guest.attribute",
  type: "string",
  reads: ["profile"],
  sql: () => sql`c.email`,
  ...members,
});
const asked = (name: string, members: Record<string, unknown> = {}) => ({ attributes: { [name]: attribute(members) } });
const param = (name: string, members: Record<string, unknown> = {}) => ({
  attributes: {
    guest_visits: {
      label: "guest.visits",
      reads: ["orders"],
      params: { [name]: { label: "guest.param", type: "string", ...members } },
      sql: () => sql`true`,
    },
  },
});
const job = (cron: unknown, name = "count") => ({ jobs: { [name]: { cron, run: async () => undefined } } });
const settings = (given: Record<string, unknown>) => ({ settings: given });
const setting = (name: string, one: unknown) => settings({ [name]: one });
const offerKind = (members: Record<string, unknown>) => ({
  offerKinds: { gift: { label: "guest.gift", settings: {}, resolve: () => ({}), ...members } },
});
const questionKind = (members: Record<string, unknown>) => ({
  questionKinds: {
    smile: { label: "guest.smile", settings: {}, shape: () => ({}), check: () => ({}), measure: "shares", ...members },
  },
});
const card = (members: Record<string, unknown>, name = "spend") => ({
  cards: { [name]: { label: "guest.card", place: "home", resolve: async () => null, ...members } },
});

const WRONG: Record<string, [members: Record<string, unknown>, sentence: string]> = {
  "an hour that no day has": [
    job("99 25 * * *"),
    'the job count has a cron line that cannot be read: "99 25 * * *". Write',
  ],
  "names of days": [job("0 3 * * MON"), 'cron line that cannot be read: "0 3 * * MON". Write five fields of numbers'],
  "a word for a line": [job("@daily"), 'cannot be read: "@daily". Write five fields'],
  "no line": [job(undefined), 'cannot be read: "undefined". Write five fields'],
  "a day that no year has": [job("0 3 31 4,6 *"), "this day never comes. Choose another"],
  "a job with a blank in its name": [job("0 3 * * *", "count all"), "cannot have this name. Use lower-case"],
  "a job that is nothing": [
    { jobs: { count: null } },
    '"count" in its jobs has no definition. Define it, or remove it',
  ],
  "an attribute that is nothing": [
    { attributes: { tier: undefined } },
    '"tier" in its attributes has no definition. Define it',
  ],
  "kinds of offers in a list": [{ offerKinds: [] }, "its offerKinds must be an object. Write { name: … }"],
  "one scope as a text": [{ scopes: "read_returns" }, "its scopes must be a list of texts. Write"],
  "a topic that is no text": [{ topics: [5] }, "its topics must be a list of texts. Write"],
  "a parameter that is nothing": [
    { attributes: { guest_visits: { label: "a", reads: ["orders"], sql: () => sql`true`, params: { at: null } } } },
    'the parameter "at" of the attribute guest_visits has no definition. Give it a label and a type',
  ],
  "a setting of a kind that is nothing": [
    offerKind({ settings: { most: null } }),
    "the setting most of the offer kind gift is not a field. Make it with",
  ],
  "a job without work": [{ jobs: { count: { cron: "0 3 * * *" } } }, "the job count has no function run. Write one"],
  "a keyword as an attribute": [asked("and"), 'the attribute "and" has a name that a query cannot write. Use letters'],
  "a keyword in capitals": [asked("BETWEEN"), "has a name that a query cannot write"],
  "a day as an attribute": [asked("today"), "has a name that a query cannot write"],
  "a built-in function's word": [asked("anniversary"), "has a name that a query cannot write"],
  "a truth as an attribute": [asked("true"), "has a name that a query cannot write"],
  "an attribute with a hyphen": [asked("loyalty-tier"), "has a name that a query cannot write"],
  "an attribute that begins with a digit": [asked("2nd_order"), "has a name that a query cannot write"],
  "an attribute without a name": [asked(""), "has a name that a query cannot write"],
  "an attribute with a blank before it": [asked(" tier"), "has a name that a query cannot write"],
  "an attribute in another script": [asked("größe"), "has a name that a query cannot write"],
  "a name that every object has": [asked("constructor"), "has a name that a query cannot write"],
  "an attribute that nothing changes": [
    asked("tier", { reads: [] }),
    "the attribute tier has neither reads nor flips. Write into reads what changes it",
  ],
  "an attribute without reads": [asked("tier", { reads: undefined }), "has neither reads nor flips. Write into reads"],
  "an attribute with flips and no reads": [
    asked("tier", { reads: undefined, flips: "all" }),
    "the attribute tier has flips and no reads. Write into reads what else changes it",
  ],
  "names that are null": [asked("tier", { named: null }), "the attribute tier has named: null. Use one of country"],
  "settings that are null": [{ settings: null }, "the settings must be an object of fields. Write {}"],
  "a check that is no function": [{ check: [] }, "its check must be a function. Write one, or leave it out"],
  "a check that refuses the initial settings": [
    { settings: { most: field.integer("guest.most", { initial: 0 }) }, check: () => [{ key: "guest.few" }] },
    "its check refuses the initial settings (guest.few). Give other initials",
  ],
  "a check that gives no list": [{ check: () => null }, "its check fails for the initial settings"],
  "another plugin's records": [asked("tier", { reads: ["plugin:other"] }), 'reads "plugin:other". Use profile'],
  "its own records of no kind": [asked("tier", { reads: ["plugin:guest"] }), "Name a kind of the plugin's own records"],
  "a contract that is not this one": [{ contract: 7 }, "it was written for the contract 7. Write contract: 1"],
  "a setting that begins as nothing": [
    setting("size", field.text("guest.size")),
    "has no value until the merchant saves one. Give it",
  ],
  "a metafield of a collection": [
    { metafields: [{ owner: "collection", namespace: "facts", key: "gift", type: "date" }] },
    'the metafield facts.gift has the owner "collection". Use one of customer, order, product',
  ],
  "a metafield with another system's name of a type": [
    { metafields: [{ owner: "customer", namespace: "facts", key: "gift", type: "list.integer" }] },
    'the metafield facts.gift has the type "list.integer", which Shopify has not. Write "list.number_integer"',
  ],
  "a metafield without a type": [
    { metafields: [{ owner: "customer", namespace: "facts", key: "gift" }] },
    "the metafield facts.gift has no type. Write",
  ],
  "a host with a path": [
    { sends: [{ host: "example.com/api", purpose: "guest.text" }] },
    'the host "example.com/api" in its sends is not a host\'s name. Write',
  ],
  "a host without a purpose": [
    { sends: [{ host: "example.com" }] },
    "the host example.com in its sends has no purpose",
  ],
  "an occasion that is no function": [{ onHistory: "later" }, "its onHistory must be a function. Write one"],
  "a fact that is none": [asked("tier", { reads: ["order"] }), 'reads "order". Use profile, addresses'],
  "a type that is none": [asked("tier", { type: "number" }), 'has the type "number". Use one of date, enum'],
  "an attribute without a label": [asked("tier", { label: " " }), "the attribute tier has no label. Give the key"],
  "an attribute without SQL": [asked("tier", { sql: "c.email" }), "has no function sql. Write one"],
  "values of a text": [asked("tier", { values: ["A"] }), "lists values, and its type is not enum"],
  "no values at all": [asked("tier", { type: "enum", values: [] }), "lists no values. Name some"],
  "a value twice": [asked("tier", { type: "enum", values: ["A", "A"] }), "lists a value twice"],
  "a value that cannot be written": [asked("tier", { type: "enum", values: ["A\\"] }), "and a query cannot write it"],
  "words for no value": [
    asked("tier", { type: "enum", values: ["A"], named: { B: "x" } }),
    'has a label for "B", and "B" is not in its values. Add it',
  ],
  "names from nowhere": [asked("tier", { named: "planet" }), 'has named: "planet". Use one of country'],
  "small letters of a number": [asked("tier", { type: "float", anyCase: true }), "Leave out anyCase"],
  "a parameter that is a keyword": [
    param("in"),
    'the parameter "in" of the attribute guest_visits has a name that a query cannot write',
  ],
  "a parameter with a blank": [param("first day"), "has a name that a query cannot write"],
  "a parameter of a list": [param("tag", { type: "list<string>" }), 'has the type "list<string>". Use one of date'],
  "a parameter without types": [param("tag", { type: [] }), "has the type"],
  "a type that another hides": [
    param("sum", { type: ["float", "integer"] }),
    "has the type integer after a type that takes all its values. List integer first",
  ],
  "a parameter without a label": [param("tag", { label: "" }), "has no label"],
  "a beginning that its field refuses": [
    setting("share", field.percent("guest.share", { initial: "150" })),
    'the setting share has the initial "150", and its own check refuses this value. Give another initial',
  ],
  "a choice that begins elsewhere": [
    offerKind({ settings: { size: { ...field.choice("guest.size", { s: "guest.s" }), initial: "m" } } }),
    'the setting size of the offer kind gift has the initial "m", and its own check refuses this value',
  ],
  "a number that begins too low": [
    questionKind({ settings: { most: field.integer("guest.most", { initial: 0, min: 1 }) } }),
    "most of the question kind smile has the initial 0, and its own check refuses this value",
  ],
  "nothing to choose from": [setting("size", field.choice("guest.size", {})), "has no choices. Give it"],
  "a setting of the form's own name": [setting("intent", field.text("guest.intent")), "the form uses itself"],
  "a setting that no form carries": [setting("a b", field.text("guest.a")), 'the setting "a b" cannot have this name'],
  "a setting that every object has": [
    setting("constructor", field.text("guest.a")),
    'the setting "constructor" cannot have this name',
  ],
  "a setting without a label": [setting("size", field.text("")), "has an empty label or help"],
  "a setting that is none": [setting("size", "10"), "the setting size is not a field"],
  "an offer kind that resolves nothing": [offerKind({ resolve: null }), "has no function resolve"],
  "an audience that is a text": [offerKind({ audience: "tier = 'GOLD'" }), "has no function audience"],
  "a kind without settings": [
    offerKind({ settings: undefined }),
    "the settings of the offer kind gift must be an object of fields",
  ],
  "a condition on a field that is not there": [
    settings({ size: field.when({ shape: "round" }, field.text("guest.a", { optional: true })) }),
    'the setting size depends on "shape", and there is no such field beside it',
  ],
  "a condition that never holds": [
    settings({
      shape: field.choice("guest.a", { flat: "guest.b" }),
      size: field.when({ shape: "round" }, field.text("guest.a", { optional: true })),
    }),
    'the setting size is shown while shape is "round", and shape cannot have this value',
  ],
  "conditions in a circle": [
    settings({ size: field.when({ size: "x" }, field.text("guest.a", { optional: true })) }),
    "the setting size depends on itself through size",
  ],
  "a field of a group that begins with nothing": [
    settings({ box: field.group("guest.a", { size: field.text("guest.b") }) }),
    "the setting box.size has no value until the merchant saves one",
  ],
  "a group of a name that no form can carry": [
    settings({ box: field.group("guest.a", { "a.b": field.text("guest.b", { optional: true }) }) }),
    'the field "a.b" of the setting box cannot have this name',
  ],
  "a kind that names a setting it has not": [
    offerKind({ unique: ["voucher"] }),
    'names "voucher" in when, unique or shows, and has no setting of this name',
  ],
  "a measure that is none": [
    questionKind({ measure: "pie" }),
    'has the measure "pie". Use one of shares, nps, mean, text, dates',
  ],
  "a mean of no scale": [questionKind({ measure: "mean" }), "has the measure mean and no scale. Give it scale"],
  "a score of five": [
    questionKind({ measure: "nps", scale: { from: 1, to: 5 } }),
    "has the measure nps and the scale 1 to 5",
  ],
  "words for each line of what is no list": [
    questionKind({ words: { perChoice: "faces" } }),
    'has words.perChoice "faces", and no list setting of this name',
  ],
  "a question kind that checks nothing": [questionKind({ check: undefined }), "has no function check"],
  "a card on no page": [card({ place: "orders" }), 'has the place "orders". Use one of home, customer'],
  "a card with a slash": [card({}, "a/b"), "cannot have this name"],
  "a card without a label": [card({ label: "" }), "the card spend has no label"],
  "a webhook without a function": [
    { webhooks: { "orders/create": true } },
    "the webhook orders/create has no function",
  ],
  "a webhook that is the law's": [{ webhooks: { "customers/redact": async () => undefined } }, "by the app alone"],
  "a plugin without words": [{ description: "" }, "it has no description. Give the key"],
  "a member that nothing reads": [{ card: {} }, 'its member "card" is not in the contract. Use one of name'],
};

test.each(Object.entries(WRONG))("%s is refused in a sentence that names the plugin", (_what, [members, sentence]) => {
  const [fault, ...others] = contractFaults(guest(members));
  expect(others).toEqual([]);
  expect(fault).toMatch(/^Plugin "guest": [^]+\.$/);
  expect(fault).toContain(sentence);
});

test("a plugin's name that is not valid as a folder and in a URL is refused", () => {
  for (const name of ["", "Loyalty", "2nd", "a b", "a/b", "a_b", "ä"])
    expect(contractFaults({ ...guest({}), name }), name).toEqual([expect.stringContaining("be a plugin's name: use")]);
});

test("a valid plugin is accepted", () => {
  const flipping: Attribute = { label: "a", type: "date", reads: [], flips: "all", sql: () => sql`c.added_at` };
  const visits: AttributeFunction = {
    label: "a",
    reads: ["orders"],
    params: { at: { label: "b", type: "date" }, sum: { label: "c", type: ["id", "integer", "float", "string"] } },
    sql: () => sql`true`,
  };
  const settings = {
    on: field.toggle("a", { initial: true }),
    share: field.percent("a", { optional: true }),
    least: field.money("a", { optional: true }),
    lines: field.list("a", { initial: ["x"] }),
  };
  const jobs = { ...job("*/5 0-6 29 2 *").jobs, ...job("0 0 31 4 1", "monday").jobs };
  const values = { ...asked("Size_2", { type: "enum", values: ["It's", "a\\b"] }).attributes };
  expect(contractFaults(guest({ attributes: { flipping, visits, ...values }, settings, jobs }))).toEqual([]);
});

test("a label without a text, a folder of another name and a topic without a subscription are refused", () => {
  const unworded = guest({ ...asked("tier"), topics: ["returns/request"], scopes: ["read_returns"] });
  expect(fileFaults([unworded])).toEqual([
    expect.stringContaining("there is no folder app/plugins/guest. Give the folder and the plugin one name"),
    expect.stringContaining('its label "guest.label" has no words. Write them into app/plugins/guest/locales/en.json'),
    expect.stringContaining('its description "guest.text" has no words'),
    expect.stringContaining('the label of the attribute tier "guest.attribute" has no words'),
    expect.stringContaining(
      'does not subscribe to "returns/request". Correct the name of the topic, or paste there:\n  [[webhooks.subscriptions]]\n  topics = ["returns/request"]',
    ),
    expect.stringContaining("does not ask for the scope read_returns. Add it"),
  ]);
  const words = { label: "loyalty.label", description: "loyalty.tier", settings: { a: field.text("loyalty.nothing") } };
  expect(fileFaults([guest({ ...words, name: "loyalty" })])).toEqual([
    expect.stringContaining('its description "loyalty.tier" has no words'),
    expect.stringContaining('the label of the setting a "loyalty.nothing" has no words'),
  ]);
  expect(fileFaults([guest({ name: "offers" })])[0]).toContain("its name is that of a part of the app");
});
