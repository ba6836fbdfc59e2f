// Random queries as data of the tests: the product gets the text, the oracle gets the data, and neither sees the other's.
import type { Random } from "./random.ts";
import { RFM, STATUSES, words } from "./rows.ts";

export type When =
  | { say: "day"; day: string }
  | { say: "second"; wall: string }
  | { say: "offset"; amount: number; unit: "d" | "w" | "m" | "y" }
  | { say: "today" }
  | { say: "yesterday" };
export type Value = { number: string } | { text: string } | { when: When };
export type Asked =
  | { op: "=" | "!=" | ">" | ">=" | "<" | "<="; value: Value }
  | { op: "between"; from: Value; to: Value }
  | { op: "in"; values: Value[] }
  | { op: "not in"; values: Value[] };
export type Question =
  | { all: Question[] }
  | { any: Question[] }
  | { not: Question }
  | { attribute: string; asked: Asked }
  | { attribute: string; contains: string; not: boolean }
  | { attribute: string; isNull: boolean }
  | { function: string; matches: boolean; params: Record<string, Asked> };

const ORDER = ["=", "!=", ">", ">=", "<", "<="] as const;

function inventWhen(random: Random, days: string[]): When {
  switch (random.below(8)) {
    case 0:
      return random.chance(0.5) ? { say: "today" } : { say: "yesterday" };
    case 1:
    case 2:
    case 3:
      return {
        say: "offset",
        amount: random.pick([0, -1, -1, -2, -7, -12, -30, -90, 1, 30]),
        unit: random.pick(["d", "d", "w", "m", "m", "y"] as const),
      };
    case 4:
      // Clocks change between midnight and four in these zones. Hours that occur twice or never are tested elsewhere.
      return {
        say: "second",
        wall: `${random.pick(days)}T${random.pick(["06:00:00", "12:30:00", "23:59:59", "18:00:01"])}`,
      };
    default:
      return { say: "day", day: random.pick(days) };
  }
}

const among = (is: boolean, values: Value[]): Asked => (is ? { op: "in", values } : { op: "not in", values });

const invent = (random: Random, days: string[]) => {
  const when = (): Value => ({ when: inventWhen(random, days) });
  const decimal = (): Value => ({
    number: random.pick([
      "0",
      "1",
      "150",
      "2.50",
      "99.99",
      "100.505",
      "-3",
      `${random.below(3000)}.${random.below(100)}`,
    ]),
  });
  const whole = (most: number) => (): Value => ({ number: String(random.between(-1, most)) });
  const text = (from: readonly (string | null)[]) => (): Value => ({ text: random.pick(from) ?? "none" });
  const id = (from: readonly string[]) => (): Value => ({ number: random.pick(from) });
  const ordered = (value: () => Value): Asked =>
    random.chance(0.25) ? { op: "between", from: value(), to: value() } : { op: random.pick(ORDER), value: value() };
  const equal = (value: () => Value): Asked => ({ op: random.pick(["=", "!="] as const), value: value() });
  const member = (value: () => Value): Asked =>
    random.chance(0.5) ? equal(value) : among(random.chance(0.5), Array.from({ length: random.between(1, 3) }, value));
  const any = (value: () => Value): Asked => (random.chance(0.5) ? ordered(value) : member(value));
  return { when, decimal, whole, text, id, ordered, equal, member, any };
};

function inventParams(random: Random, days: string[], name: string): Record<string, Asked> {
  const { when, decimal, whole, text, id, equal, member, any } = invent(random, days);
  const possible: Record<string, () => Asked> =
    name === "orders_placed"
      ? {
          date: () => any(when),
          amount: () => any(decimal),
          count: () => any(whole(3)),
          sum_amount: () => any(decimal),
          location_id: () => member(id(["11", "22"])),
          app_id: () => equal(id(["580111", "7"])),
        }
      : {
          id: () => member(id(["1", "2", "3", "99", "007"])),
          tag: () => member(text(words.productTags)),
          date: () => any(when),
          quantity: () => any(whole(6)),
          sum_quantity: () => any(whole(12)),
          count: () => any(whole(3)),
        };
  const names = new Set(random.some(Object.keys(possible), 3));
  return Object.fromEntries([...names].map((each) => [each, possible[each]?.() ?? equal(whole(1))]));
}

function inventClause(random: Random, days: string[]): Question {
  const { when, decimal, whole, text, id, ordered, equal } = invent(random, days);
  const date = (attribute: string): Question =>
    random.chance(0.15) ? { attribute, isNull: random.chance(0.5) } : { attribute, asked: ordered(when) };
  const list = (attribute: string, from: readonly string[]): Question =>
    random.chance(0.15)
      ? { attribute, isNull: random.chance(0.5) }
      : { attribute, contains: random.pick(from), not: random.chance(0.4) };
  const called = random.pick(["orders_placed", "products_purchased"]);
  const clauses: (() => Question)[] = [
    () => ({ attribute: "amount_spent", asked: ordered(decimal) }),
    () => ({ attribute: "number_of_orders", asked: ordered(whole(4)) }),
    () => ({ attribute: "created_by_app_id", asked: ordered(id(["7", "580111", "9"])) }),
    () => ({ attribute: "customer_account_status", asked: equal(text(["DISABLED", "ENABLED", "DECLINED"])) }),
    () => date("customer_added_date"),
    () => date("first_order_date"),
    () => date("last_order_date"),
    () => list("customer_cities", ["US-NY-NewYorkCity", "FR-Paris", "GB-CA-SanJosé", "IN-KA-O'Fallon"]),
    () => list("customer_countries", words.countries),
    () => list("customer_regions", ["US-NY", "CA-ON", "IN-KA"]),
    () => list("customer_tags", [...words.tags, "Vip", "STRASSE", "été", "wholesale "]),
    () =>
      random.chance(0.2)
        ? { attribute: "customer_email_domain", isNull: random.chance(0.5) }
        : { attribute: "customer_email_domain", asked: equal(text(["gmail.com", "example.org", "x"])) },
    () => ({ attribute: "customer_language", asked: equal(text(words.locales)) }),
    () => ({ attribute: "email_subscription_status", asked: equal(text(STATUSES)) }),
    () => ({ attribute: "sms_subscription_status", asked: equal(text(STATUSES)) }),
    () => ({ attribute: "predicted_spend_tier", asked: equal(text(["HIGH", "LOW", "MEDIUM"])) }),
    () => ({ attribute: "rfm_group", asked: equal(text(RFM)) }),
    () => ({ function: called, matches: random.chance(0.6), params: inventParams(random, days, called) }),
    () => ({ function: called, matches: random.chance(0.6), params: inventParams(random, days, called) }),
    () => ({ function: called, matches: random.chance(0.6), params: {} }),
  ];
  return random.pick(clauses)();
}

export function inventQuestion(random: Random, days: string[], depth = 0): Question {
  const shape = depth > 3 ? 9 : random.below(10);
  const several = () => Array.from({ length: random.between(2, 3) }, () => inventQuestion(random, days, depth + 1));
  if (shape === 0) return { all: several() };
  if (shape === 1) return { any: several() };
  if (shape === 2) return { not: inventQuestion(random, days, depth + 1) };
  return inventClause(random, days);
}
