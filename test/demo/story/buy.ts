// Act three: a new customer buys twice, and the merchant sees the customer's profile and segment.
import { penceOf, type Shopper } from "../people/shopper.ts";
import { readHome } from "./home.ts";
import { REGULARS } from "./prepare.ts";
import { must, showPence, until, type Scene, type Step } from "./step.ts";

export const PAGES = ["/", "/cart", "/account"];

export const productPaths = async ({ visitor }: Shopper): Promise<string[]> => {
  const home = await visitor.open("/");
  const links = [...home.document.querySelectorAll('a[href*="/products/"]')];
  return [...new Set(links.map((link) => link.getAttribute("href") ?? ""))];
};

const noOffer: Step = {
  name: "no-offer",
  async play({ buyer, other }) {
    await buyer.signUp();
    await other.signUp();
    const [product = ""] = await productPaths(buyer);
    must(product !== "", "the storefront shows no product");
    for (const path of [...PAGES, product]) {
      const offers = await buyer.offersOn(path);
      must(offers.length === 0, `${path} shows ${buyer.firstName} ${offers.join(" | ")}`);
    }
    return `${buyer.firstName} signs up and has no orders: home, product, cart and account pages show ${buyer.firstName} no offer`;
  },
};

const orders: Step = {
  name: "orders",
  async play({ buyer, merchant, notes }) {
    notes.home = await readHome(merchant);
    const [first = "", second = ""] = await productPaths(buyer);
    must(second !== "", "the storefront does not show two products");
    for (const product of [first, second]) {
      const checkout = await buyer.goToCheckout(product);
      must(checkout.address.includes("/checkout"), `the cart led to ${checkout.address}`);
      const paid = await buyer.pay();
      notes.orders.push(paid.order);
      notes.paid += paid.total;
    }
    const { text } = await buyer.visitor.open("/account");
    for (const order of notes.orders) must(text.includes(order), `${buyer.firstName}'s account does not list ${order}`);
    return `${buyer.firstName} pays ${notes.orders.join(" and ")} at the checkout, ${showPence(notes.paid)} in total; ${buyer.firstName}'s account lists both orders`;
  },
};

type Sent = { topic: string; state: string; triggeredAt: string; attempts: { status: number | null }[] };

/** Reads the control page's list of webhooks of a topic, newest first. */
export async function readWebhooks({ merchant }: Scene, topic: string): Promise<Sent[]> {
  const page = await merchant.visitor.open(`/control/webhooks?topic=${encodeURIComponent(topic)}&limit=20`);
  return JSON.parse(page.html) as Sent[];
}

const webhooks: Step = {
  name: "webhooks",
  async play(scene) {
    const answered = await until("the orders' webhooks are answered 200", scene.timeoutMs, async () => {
      const sent = await readWebhooks(scene, "orders/create");
      const done = sent.filter(({ state }) => state === "delivered");
      return done.length >= scene.notes.orders.length && done;
    });
    const topics = new Set<string>();
    const state = await scene.merchant.visitor.open("/control/webhooks?limit=200");
    for (const { topic } of JSON.parse(state.html) as Sent[]) topics.add(topic);
    const { text } = await scene.merchant.read("/app/sync");
    must(text.includes("Order placed"), "the sync page does not list that orders were placed");
    const statuses = answered.map(({ attempts }) => attempts.at(-1)?.status).join(", ");
    return `orders/create answered ${statuses}; topics that arrived: ${[...topics].sort().join(", ")}`;
  },
};

/** The path of the buyer's page, as the customers list links to it. Null if the list does not have the buyer yet. */
export async function findProfile({ merchant, buyer }: Scene): Promise<string | null> {
  const list = await merchant.read(`/app/customers?q=${encodeURIComponent(buyer.email)}`);
  const links = [...list.document.querySelectorAll('a[href^="/app/customers/"]')];
  return links.find((link) => link.textContent?.includes(buyer.lastName))?.getAttribute("href") ?? null;
}

const profile: Step = {
  name: "profile",
  async play(scene) {
    const { merchant, buyer, notes, timeoutMs } = scene;
    notes.profile = await until(`the customers page finds ${buyer.firstName}`, timeoutMs, () => findProfile(scene));
    const text = await until(`${buyer.firstName}'s timeline shows both orders`, timeoutMs, async () => {
      const page = await merchant.read(notes.profile);
      return notes.orders.every((order) => page.text.includes(`Placed order ${order}`)) && page.text;
    });
    const spent = /Amount spent ?(£[\d,.]+)/.exec(text)?.[1] ?? "";
    must(
      penceOf(spent) === notes.paid,
      `${buyer.firstName}'s page shows the amount spent ${spent}, ${buyer.firstName} paid ${showPence(notes.paid)}`,
    );
    must(text.includes(buyer.email), `${buyer.firstName}'s page does not show the e-mail address`);
    return `${buyer.firstName}'s page shows Orders ${notes.orders.length}, Amount spent ${spent}; the timeline has ${notes.orders.join(" and ")}`;
  },
};

const entered: Step = {
  name: "entered",
  async play({ merchant, buyer, notes, timeoutMs }) {
    const text = await until(
      `${buyer.firstName}'s page says that ${buyer.firstName} entered “${REGULARS.name}”`,
      timeoutMs,
      async () => {
        const page = await merchant.read(notes.profile);
        return page.text.includes(`Entered segment “${REGULARS.name}”`) && page.text;
      },
    );
    must(/Segments.*Regulars/.test(text), `${buyer.firstName}'s page does not list the segment`);
    const id = notes.segment.split("/").at(-1) ?? "";
    const list = await merchant.read(`/app/customers?segment=${id}&sort=added-desc`);
    must(list.text.includes(buyer.lastName), `the segment's list does not have ${buyer.firstName}`);
    return `${buyer.firstName}'s timeline says Entered segment “${REGULARS.name}”; the segment's list has ${buyer.firstName}`;
  },
};

export const BUY: Step[] = [noOffer, orders, webhooks, profile, entered];
