// The oracle: evaluates queries over rows in memory, slowly and as simply as possible. It uses neither the product's parser nor
// its dates nor its SQL. Days are compared as texts of a calendar in the shop's zone.
import type { Asked, Question, Value, When } from "./question.ts";
import type { Customer, Line, Order, World } from "./rows.ts";

/** Null: the field has no value. */
type Field = { date: number | null } | { number: string | null } | { text: string | null } | { list: string[] };

export const membersOf = (question: Question, world: World): string[] =>
  world.customers.filter((one) => one.gone === null && holds(question, one, world)).map((one) => one.id);

function holds(question: Question, customer: Customer, world: World): boolean {
  if ("all" in question) return question.all.every((each) => holds(each, customer, world));
  if ("any" in question) return question.any.some((each) => holds(each, customer, world));
  if ("function" in question) {
    const matches =
      question.function === "orders_placed"
        ? ordersPlaced(question.params, customer, world)
        : productsPurchased(question.params, customer, world);
    return matches === question.matches;
  }
  if (!("attribute" in question)) return !holds(question.not, customer, world);
  const field = fieldOf(question.attribute, customer);
  if ("isNull" in question) return isMissing(field) === question.isNull;
  if ("contains" in question) {
    const fold = (word: string) => (question.attribute === "customer_tags" ? word.toLowerCase() : word);
    const found = "list" in field && field.list.some((each) => fold(each) === fold(question.contains));
    return found !== question.not;
  }
  return passes(question.asked, field, world);
}

function isMissing(field: Field): boolean {
  if ("list" in field) return field.list.length === 0;
  if ("date" in field) return field.date === null;
  return "number" in field ? field.number === null : field.text === null;
}

function fieldOf(attribute: string, one: Customer): Field {
  const known = one.addresses.filter((address) => address.country !== null);
  const fields: Record<string, Field> = {
    amount_spent: { number: one.amountSpent },
    number_of_orders: { number: String(one.numberOfOrders) },
    created_by_app_id: { number: one.createdByAppId },
    customer_account_status: { text: one.accountStatus?.toUpperCase() ?? null },
    customer_added_date: { date: one.addedAt },
    first_order_date: { date: one.firstOrderAt },
    last_order_date: { date: one.lastOrderAt },
    customer_countries: { list: known.map((place) => String(place.country)) },
    customer_regions: {
      list: known.filter((place) => place.region).map((place) => `${place.country}-${place.region}`),
    },
    customer_cities: {
      list: known
        .filter((place) => place.city)
        .map((place) => [place.country, place.region, place.city?.split(" ").join("")].filter(Boolean).join("-")),
    },
    customer_email_domain: { text: one.email?.split("@")[1]?.toLowerCase() ?? null },
    customer_language: { text: one.locale },
    customer_tags: { list: one.tags },
    email_subscription_status: { text: one.emailStatus },
    sms_subscription_status: { text: one.smsStatus },
    predicted_spend_tier: { text: one.spendTier },
    rfm_group: { text: one.rfmGroup },
  };
  const field = fields[attribute];
  if (!field) throw new Error(`the oracle does not know ${attribute}`);
  return field;
}

function ordersPlaced(params: Record<string, Asked>, customer: Customer, world: World): boolean {
  const passing = customer.orders
    .filter((order) => !order.test && !order.deleted)
    .filter((order) => passesAll(params, orderFields(order), world));
  const spent = passing.reduce((sum, order) => sum + exact(order.total), 0n);
  return enough(params, passing.length, { sum_amount: spent }, world);
}

const orderFields = (order: Order): Record<string, Field> => ({
  date: { date: order.at },
  amount: { number: order.total },
  location_id: { number: order.locationId },
  app_id: { number: order.appId },
});

function productsPurchased(params: Record<string, Asked>, customer: Customer, world: World): boolean {
  const lines = customer.orders
    .filter((order) => !order.test && !order.deleted)
    .flatMap((order) => order.lines.map((line) => ({ line, order })));
  const passing = lines
    .filter(({ line, order }) => passesAll(params, lineFields(line, order), world))
    .filter(({ line }) => !params["tag"] || isTagged(params["tag"], world.products.get(line.productId) ?? []));
  const quantity = passing.reduce((sum, { line }) => sum + exact(String(line.quantity)), 0n);
  return enough(params, passing.length, { sum_quantity: quantity }, world);
}

const lineFields = (line: Line, order: Order): Record<string, Field> => ({
  id: { number: line.productId },
  date: { date: order.at },
  quantity: { number: String(line.quantity) },
});

function isTagged(asked: Asked, tags: string[]): boolean {
  const named = "values" in asked ? asked.values : "value" in asked ? [asked.value] : [];
  const found = named.some(
    (each) => "text" in each && tags.some((tag) => tag.toLowerCase() === each.text.toLowerCase()),
  );
  return found !== (asked.op === "!=" || asked.op === "not in");
}

const passesAll = (params: Record<string, Asked>, fields: Record<string, Field>, world: World): boolean =>
  Object.entries(fields).every(([name, field]) => {
    const asked = params[name];
    return !asked || passes(asked, field, world);
  });

/** Counts and sums are over the matches. Without a count, one match is enough. */
function enough(params: Record<string, Asked>, count: number, sums: Record<string, bigint>, world: World): boolean {
  const summed = Object.entries(sums).every(([name, sum]) => {
    const asked = params[name];
    return !asked || passes(asked, { number: spell(sum) }, world);
  });
  const counted = params["count"] ? passes(params["count"], { number: String(count) }, world) : count >= 1;
  return summed && counted;
}

const SCALE = 6;
function exact(number: string): bigint {
  const [whole = "0", part = ""] = number.replace("-", "").split(".");
  const size = BigInt(whole + part.padEnd(SCALE, "0"));
  return number.startsWith("-") ? -size : size;
}
const spell = (scaled: bigint) => {
  const digits = String(scaled).padStart(SCALE + 1, "0");
  return `${digits.slice(0, -SCALE)}.${digits.slice(-SCALE)}`;
};

function passes(asked: Asked, field: Field, world: World): boolean {
  if (asked.op === "!=") return !passes({ ...asked, op: "=" }, field, world);
  if (asked.op === "not in") return !passes({ ...asked, op: "in" }, field, world);
  if (isMissing(field)) return false;
  if ("values" in asked) return asked.values.some((value) => compare(field, value, world) === 0);
  if ("from" in asked) return compare(field, asked.from, world) >= 0 && compare(field, asked.to, world) <= 0;
  const order = compare(field, asked.value, world);
  if (asked.op === "=") return order === 0;
  if (asked.op.startsWith(">")) return order > 0 || (asked.op === ">=" && order === 0);
  return order < 0 || (asked.op === "<=" && order === 0);
}

const sign = <T>(left: T, right: T): number => (left < right ? -1 : left > right ? 1 : 0);

function compare(field: Field, value: Value, world: World): number {
  if ("date" in field && "when" in value) return compareTime(field.date ?? 0, value.when, world);
  if ("number" in field && "number" in value) return sign(exact(field.number ?? "0"), exact(value.number));
  if ("text" in field && "text" in value) return sign(field.text, value.text);
  throw new Error("a question compares like with like");
}

const calendars = new Map<string, Intl.DateTimeFormat>();
/** The wall-clock time in the shop's zone, such as 2026-11-22 09:00:00. */
function wallAt(at: number, timeZone: string): string {
  const calendar =
    calendars.get(timeZone) ?? new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
  calendars.set(timeZone, calendar);
  return calendar.format(at);
}

function compareTime(at: number, when: When, { timeZone, now }: World): number {
  const wall = wallAt(at, timeZone);
  if (when.say === "second") return sign(wall, when.wall.replace("T", " "));
  return sign(wall.slice(0, 10), dayMeant(when, wallAt(now.getTime(), timeZone).slice(0, 10)));
}

const DAY = 86_400_000;
const later = (day: string, days: number) => new Date(Date.parse(day) + days * DAY).toISOString().slice(0, 10);

function dayMeant(when: Exclude<When, { say: "second" }>, today: string): string {
  if (when.say === "day") return when.day;
  if (when.say === "today") return today;
  if (when.say === "yesterday") return later(today, -1);
  if (when.unit === "d" || when.unit === "w") return later(today, when.amount * (when.unit === "w" ? 7 : 1));
  const [year = 0, month = 0, day = 0] = today.split("-").map(Number);
  const target = new Date(Date.UTC(year, month - 1 + when.amount * (when.unit === "y" ? 12 : 1), 1));
  const days = new Date(Date.UTC(target.getUTCFullYear(), target.getUTCMonth() + 1, 0)).getUTCDate();
  return later(target.toISOString().slice(0, 10), Math.min(day, days) - 1);
}
