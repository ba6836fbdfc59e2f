// A customer's consents arrive from several sources, in any order, with or without dates: the resulting state is the same.
import { shopifyReader } from "../../../app/sync/sources/shopify/reading/topics.ts";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openShop, type Shop } from "../../../app/shop.server.ts";
import { applyRows, type Row } from "../../../app/sync/reading/rows.server.ts";
import { openIngest, type Ingest } from "../ingest-shop.ts";

const FROM_SHOPIFY = { reader: shopifyReader, connection: "", isHistory: false };

const SHOP = "consent.myshopify.com";
let ingest: Ingest;
let shop: Shop;
beforeAll(async () => {
  ingest = await openIngest();
  await ingest.install(SHOP);
  const opened = await openShop(SHOP);
  if (!opened) throw new Error("no shop");
  shop = opened;
});
afterAll(() => ingest.close());

type Channel = "email" | "sms";
type Telling = {
  way: "topic" | "customers/update" | "history";
  channel: Channel;
  state: string;
  /** In minutes. Null: no date. A text: a date that is not believed. */
  at: number | null | string;
  /** When the platform made this copy, in minutes. */
  seen: number;
  /** A consent of the customer who is merged into the other. */
  ofOther: boolean;
};

const START = Date.parse("2026-10-05T10:00:00Z");
const moment = (minute: number) => new Date(START + minute * 60_000).toISOString();

function rowOf({ way, channel, state, at, seen }: Telling, customer: number): Row {
  const date = typeof at === "number" ? moment(at) : at;
  const rest = { state: state.toLowerCase(), opt_in_level: null, consent_updated_at: date };
  const sms = { smsMarketingConsent: { state, updatedAt: date } };
  const email = { marketingState: state, marketingUpdatedAt: date };
  const node = {
    id: `gid://shopify/Customer/${customer}`,
    updatedAt: moment(seen),
    ...(channel === "email" ? { defaultEmailAddress: email } : { defaultPhoneNumber: sms }),
  };
  const consent = { [`${channel}_marketing_consent`]: rest };
  const [topic, json] =
    way === "history"
      ? ["history:customers", { node, addresses: [] }]
      : way === "customers/update"
        ? [way, { id: customer, updated_at: moment(seen), ...consent }]
        : channel === "email"
          ? ["customers_email_marketing_consent/update", { customer_id: customer, ...consent }]
          : ["customers_marketing_consent/update", { id: customer, ...consent }];
  const seenAt = new Date(moment(seen));
  return { seq: "1", topic, key: "1", triggeredAt: seenAt, receivedAt: seenAt, attempts: 4, json };
}

const personRow = (id: number): Row => ({
  seq: "1",
  topic: "customers/update",
  key: "1",
  triggeredAt: new Date(START),
  receivedAt: new Date(START),
  attempts: 4,
  json: { id, updated_at: moment(0) },
});

const mergeRow = (kept: number, deleted: number): Row => ({
  seq: "1",
  topic: "customers/merge",
  key: "1",
  triggeredAt: new Date(moment(5)),
  receivedAt: new Date(moment(5)),
  attempts: 4,
  json: {
    status: "completed",
    admin_graphql_api_customer_kept_id: `gid://shopify/Customer/${kept}`,
    admin_graphql_api_customer_deleted_id: `gid://shopify/Customer/${deleted}`,
  },
});

const STRICT = ["SUBSCRIBED", "PENDING", "NOT_SUBSCRIBED", "UNSUBSCRIBED"];
const strictest = (states: string[]) => states.toSorted((one, other) => STRICT.indexOf(other) - STRICT.indexOf(one))[0];

/** The expected state: the newest dated entry, or a more restrictive entry that is not known to be older. */
function right(tellings: Telling[], channel: Channel): string | undefined {
  const told = tellings.filter((each) => each.channel === channel);
  // A consent is not newer than its copy.
  const dated = told.flatMap(({ at, seen, state }) =>
    typeof at === "number" ? [{ at: Math.min(at, seen), state }] : [],
  );
  const newest = Math.max(-1, ...dated.map(({ at }) => at));
  const last = dated.filter(({ at }) => at === newest).map(({ state }) => state);
  // NOT_SUBSCRIBED without a date means that the customer never decided, so a decision in the same second is later.
  const isOpen = ({ way, at, state }: Telling) => way !== "topic" && at === null && state === "NOT_SUBSCRIBED";
  const undated = told.filter(
    (each) => typeof each.at !== "number" && (isOpen(each) ? each.seen > newest : each.seen >= newest),
  );
  return strictest([...(last.length > 0 ? last : ["NOT_SUBSCRIBED"]), ...undated.map(({ state }) => state)]);
}

/** What systems write for a date that they do not know. */
const NEVER_SET = ["0000-12-31T18:03:24-05:50", "0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "1999-12-31T23:59:59Z"];
/** The date of a clock that is 13 hours ahead. */
const IN_THE_FUTURE = moment(13 * 60);

const tellings = fc.array(
  fc.record<Telling>({
    way: fc.constantFrom("topic", "customers/update", "history"),
    channel: fc.constantFrom("email", "sms"),
    state: fc.constantFrom(...STRICT),
    at: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom(null, ...NEVER_SET, IN_THE_FUTURE)),
    seen: fc.integer({ min: 0, max: 3 }),
    ofOther: fc.boolean(),
  }),
  { minLength: 1, maxLength: 5 },
);
const arrivals = tellings.chain((told) =>
  fc.record({
    told: fc.constant(told),
    isMerged: fc.boolean(),
    order: fc.shuffledSubarray([...told.keys(), -1], { minLength: told.length + 1, maxLength: told.length + 1 }),
    isOneBatch: fc.boolean(),
  }),
);

let next = 1000;
const stateOf = async (customer: number) =>
  (
    await ingest.rows(
      "select email_subscription_status as email, sms_subscription_status as sms from customer where shop_id = $1 and id = $2",
      [SHOP, String(customer)],
    )
  )[0];

describe.each(["topic", "customers/update", "history"] as const)("from %s", (way) => {
  test.each([
    ["a grant of a clock that is 13 hours ahead", { at: IN_THE_FUTURE }, { at: 3 }],
    ["a grant of a clock that is 9 minutes ahead", { at: 9 }, { at: 3 }],
    ["a grant of a clock that is 9 minutes ahead, by a withdrawal without a date,", { at: 9 }, { at: null }],
    ["a grant, by a withdrawal that is dated 1970", { at: 0 }, { at: "1970-01-01T00:00:00Z" }],
    ["a grant, by a withdrawal of a clock that is 13 hours ahead", { at: 0 }, { at: IN_THE_FUTURE }],
  ])("%s is withdrawn, whichever arrives first", async (_, grant, withdrawal) => {
    for (const channel of ["email", "sms"] as const)
      for (const isTurned of [false, true]) {
        const customer = (next += 1);
        const common = { way, channel, ofOther: false };
        const granted = rowOf({ ...common, state: "SUBSCRIBED", seen: 0, ...grant }, customer);
        const withdrawn = rowOf({ ...common, state: "UNSUBSCRIBED", seen: 3, ...withdrawal }, customer);
        for (const row of isTurned ? [withdrawn, granted] : [granted, withdrawn])
          await shop.db.tx((tx) => applyRows(shop, tx, [row], FROM_SHOPIFY));
        // A topic of consents alone may come before the customer does.
        await shop.db.tx((tx) => applyRows(shop, tx, [personRow(customer)], FROM_SHOPIFY));
        expect(await stateOf(customer)).toMatchObject({ [channel]: "UNSUBSCRIBED" });
      }
  });
});

test("a grant is believed from a clock that is a minute ahead", async () => {
  const customer = (next += 1);
  const grant = {
    way: "customers/update",
    channel: "email",
    state: "SUBSCRIBED",
    at: 1,
    seen: 0,
    ofOther: false,
  } as const;
  await shop.db.tx((tx) => applyRows(shop, tx, [rowOf(grant, customer)], FROM_SHOPIFY));
  expect(await stateOf(customer)).toMatchObject({ email: "SUBSCRIBED" });
});

test("a consent without a date withdraws and never grants, and a withdrawal wins a tie: in every order, from every source, merged or not", async () => {
  await fc.assert(
    fc.asyncProperty(arrivals, async ({ told, isMerged, order, isOneBatch }) => {
      const [kept, other] = [(next += 1), (next += 1)];
      const rows = order.flatMap((place): Row[] => {
        const telling = told[place];
        if (!telling) return isMerged ? [mergeRow(kept, other)] : [];
        return [rowOf(telling, isMerged && telling.ofOther ? other : kept)];
      });
      const numbered = rows.map((row, at) => ({ ...row, seq: String(at) }));
      for (const batch of isOneBatch ? [numbered] : numbered.map((row) => [row])) {
        const { poison } = await shop.db.tx((tx) => applyRows(shop, tx, batch, FROM_SHOPIFY));
        expect([...poison]).toEqual([]);
      }
      const row = await stateOf(kept);
      if (row) expect(row).toEqual({ email: right(told, "email"), sms: right(told, "sms") });
    }),
    { numRuns: 250 },
  );
});
