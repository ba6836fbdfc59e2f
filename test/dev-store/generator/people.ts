// Customers: names, languages and consents. All phone numbers and e-mail addresses are from ranges that are reserved for fiction.

import type { Consent, ConsentState, Customer, ShopState, Store } from "../model.ts";
import { PLACES, type Place } from "../places.ts";
import type { Random } from "./random.ts";

const COUNTRIES = [
  ["GB", 52],
  ["IN", 18],
  ["US", 13],
  ["CA", 5],
  ["FR", 4],
  ["DE", 3],
  ["IE", 2],
  ["AU", 2],
  ["NL", 1],
] as const;

const LOCALES: Record<string, (readonly [string, number])[]> = {
  GB: [["en", 86], ["gu", 6], ["pa", 5], ["fr", 2], ["pl", 1]], // prettier-ignore
  IN: [["en", 38], ["gu", 32], ["pa", 18], ["hi", 12]], // prettier-ignore
  US: [["en", 90], ["es", 5], ["gu", 3], ["pa", 2]], // prettier-ignore
  CA: [["en", 62], ["fr", 22], ["pa", 16]], // prettier-ignore
  FR: [["fr", 92], ["en", 8]], // prettier-ignore
  DE: [["de", 90], ["en", 10]], // prettier-ignore
  NL: [["nl", 80], ["en", 20]], // prettier-ignore
};

const NAMES: Record<string, { first: string[]; last: string[] }> = {
  british: {
    first:
      "Olivia Amelia Grace Freya Isla Florence Rosie Harriet Megan Alice George Arthur Noah Oliver Harry Thomas Jack Callum Rhys Angus".split(
        " ",
      ),
    last: "Smith Jones Taylor Brown Williams Wilson Davies Evans Thomas Johnson Roberts Walker Wright Robinson Thompson Hughes MacDonald Campbell Fraser O'Neill".split(
      " ",
    ),
  },
  gujarati: {
    first:
      "Asha Bhavna Chetna Dhara Falguni Heena Jigna Kajal Nisha Riddhi Bhavesh Chirag Dhaval Hardik Jignesh Kaushik Mehul Nirav Parth Vimal".split(
        " ",
      ),
    last: "Patel Shah Mehta Desai Joshi Trivedi Bhatt Parmar Solanki Chauhan Modi Gandhi Amin Dave Vyas".split(" "),
  },
  punjabi: {
    first:
      "Harpreet Gurleen Simran Manpreet Jaspreet Navneet Amandeep Kiran Ranjit Sukhdeep Gurpreet Jagdeep Arjan Fateh Baljit".split(
        " ",
      ),
    last: "Singh Kaur Gill Sandhu Dhillon Grewal Sidhu Brar Dhaliwal Bains Mann Toor".split(" "),
  },
  indian: {
    first: "Ananya Diya Ishita Kavya Meera Priya Sneha Tanvi Aarav Aditya Dev Karan Rahul Rohan Vikram".split(" "),
    last: "Sharma Verma Iyer Reddy Nair Banerjee Das Ghosh Kulkarni Rao Menon Kapoor".split(" "),
  },
  french: {
    first: "Camille Léa Manon Chloé Inès Zoé Hugo Louis Jules Étienne Théo François".split(" "),
    last: "Martin Bernard Dubois Moreau Laurent Lefèvre Roux Fournier Girard Bonnet".split(" "),
  },
  german: {
    first: "Anna Lena Marie Sophie Jürgen Lukas Felix Jonas Käthe Björn".split(" "),
    last: "Müller Schmidt Schneider Fischer Weber Wagner Becker Schäfer Koch Groß".split(" "),
  },
  american: {
    first: "Emma Ava Sophia Mia Harper Ella Liam Mason Ethan Logan Lucas James Aiden Carter".split(" "),
    last: "Miller Garcia Davis Rodriguez Martinez Anderson Moore Jackson White Harris Clark Lewis".split(" "),
  },
};

const STREETS = "High Street|Station Road|Church Lane|Mill Road|Victoria Road|Park Avenue|Green Lane|King Street".split(
  "|",
);
const BY_LOCALE: Record<string, string> = { gu: "gujarati", pa: "punjabi", hi: "indian", fr: "french", de: "german" };
const BY_COUNTRY: Record<string, string> = { IN: "indian", US: "american", CA: "american" };

export type Persona = "prospect" | "once" | "occasional" | "regular" | "champion" | "lapsed" | "wholesale";

export const PERSONAS: readonly (readonly [Persona, number])[] = [
  ["prospect", 110],
  ["once", 310],
  ["occasional", 240],
  ["regular", 225],
  ["champion", 35],
  ["lapsed", 70],
  ["wholesale", 10],
];

export function makeCustomer(
  store: Store,
  shop: ShopState,
  random: Random,
  number: number,
  persona: Persona,
): Customer {
  const country = random.weighted(COUNTRIES);
  const place = random.pick(PLACES.filter((entry) => entry.country === country));
  const locale = random.weighted(LOCALES[country] ?? [["en", 1]]);
  const names = NAMES[BY_LOCALE[locale] ?? BY_COUNTRY[country] ?? "british"] ?? { first: ["Sam"], last: ["Lee"] };
  const [firstName, lastName] = [random.pick(names.first), random.pick(names.last)];
  const phone = random.chance(450) ? phoneIn(country, number) : null;
  const customer: Customer = {
    id: store.newId(shop),
    firstName,
    lastName,
    // A few customers left only a phone number at the till.
    email: phone !== null && random.chance(20) ? null : mailOf(firstName, lastName, number),
    phone,
    locale,
    tags: tagsOf(random, persona),
    note: random.chance(30)
      ? random.pick(["Prefers loose leaf", "Allergic to almonds", "Collects at the counter"])
      : null,
    state: random.chance(600) ? "ENABLED" : "DISABLED",
    verifiedEmail: random.chance(950),
    emailConsent: { state: "NOT_SUBSCRIBED", optInLevel: null, updatedAt: null },
    smsConsent: { state: "NOT_SUBSCRIBED", optInLevel: null, updatedAt: null },
    addresses: [],
    defaultAddressId: null,
    createdAt: "",
    updatedAt: "",
  };
  if (persona !== "prospect" || random.chance(300)) addAddress(store, shop, random, customer, place);
  if (random.chance(60)) addAddress(store, shop, random, customer, random.pick(PLACES));
  return customer;
}

function addAddress(store: Store, shop: ShopState, random: Random, customer: Customer, place: Place): void {
  const id = store.newId(shop);
  customer.addresses.push({
    id,
    firstName: customer.firstName,
    lastName: customer.lastName,
    address1: `${random.between(1, 180)} ${random.pick(STREETS)}`,
    city: place.city,
    provinceCode: place.province === "" ? null : place.province,
    countryCode: place.country,
    zip: place.zip,
    phone: customer.phone,
  });
  customer.defaultAddressId ??= id;
}

const EMAIL_STATES: readonly (readonly [ConsentState, number])[] = [
  ["SUBSCRIBED", 56],
  ["NOT_SUBSCRIBED", 28],
  ["UNSUBSCRIBED", 11],
  ["PENDING", 3],
  ["INVALID", 2],
];

/** Consent is given when the customer registers, and sometimes withdrawn later. */
export function giveConsent(random: Random, customer: Customer, latest: string): void {
  if (customer.email !== null) customer.emailConsent = consent(random, random.weighted(EMAIL_STATES), customer, latest);
  if (customer.phone === null || random.chance(650)) return;
  customer.smsConsent = consent(random, random.chance(800) ? "SUBSCRIBED" : "UNSUBSCRIBED", customer, latest);
}

function consent(random: Random, state: ConsentState, customer: Customer, latest: string): Consent {
  if (state === "NOT_SUBSCRIBED") return { state, optInLevel: null, updatedAt: null };
  const optInLevel = random.chance(300) ? "CONFIRMED_OPT_IN" : "SINGLE_OPT_IN";
  return { state, optInLevel, updatedAt: state === "UNSUBSCRIBED" ? latest : customer.createdAt };
}

function tagsOf(random: Random, persona: Persona): string[] {
  const tags: string[] = [];
  if (persona === "wholesale") tags.push("wholesale");
  if (persona === "champion") tags.push("vip");
  if (random.chance(90)) tags.push("tea-club");
  if (random.chance(60)) tags.push("workshop");
  if (random.chance(40)) tags.push("newsletter-signup");
  if (random.chance(25)) tags.push("referred");
  return tags;
}

function mailOf(firstName: string, lastName: string, number: number): string {
  const plain = `${firstName}.${lastName}`
    .normalize("NFKD")
    .toLowerCase()
    .replace(/ß/g, "ss")
    .replace(/[^a-z.]/g, "");
  return `${plain}${number}@example.com`;
}

/** Phone numbers that are reserved for films, where a country has such a range. */
function phoneIn(country: string, number: number): string {
  const last = String(number % 1000).padStart(3, "0");
  const middle = String(Math.floor(number / 1000)).padStart(2, "0");
  if (country === "GB") return `+44770090${middle.slice(-1)}${last}`;
  if (country === "US" || country === "CA")
    return `+1${200 + (number % 700)}55501${String(number % 100).padStart(2, "0")}`;
  if (country === "IN") return `+9199999${middle}${last}`;
  return `+3363998${String(number % 10_000).padStart(4, "0")}`;
}
