// Act three: she comes, buys twice, and the merchant sees who she is.
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
  async play({ she, he }) {
    await she.signUp();
    await he.signUp();
    const [product = ""] = await productPaths(she);
    must(product !== "", "the storefront shows no product");
    for (const path of [...PAGES, product]) {
      const offers = await she.offersOn(path);
      must(offers.length === 0, `${path} shows her ${offers.join(" | ")}`);
    }
    return `${she.firstName} signs up and has no orders: home, product, cart and account show her no offer`;
  },
};

const orders: Step = {
  name: "orders",
  async play({ she, merchant, notes }) {
    notes.home = await readHome(merchant);
    const [first = "", second = ""] = await productPaths(she);
    must(second !== "", "the storefront does not show two products");
    for (const product of [first, second]) {
      const checkout = await she.goToCheckout(product);
      must(checkout.address.includes("/checkout"), `the cart led to ${checkout.address}`);
      const paid = await she.pay();
      notes.orders.push(paid.order);
      notes.paid += paid.total;
    }
    const { text } = await she.visitor.open("/account");
    for (const order of notes.orders) must(text.includes(order), `her account does not list ${order}`);
    return `she pays ${notes.orders.join(" and ")} at the checkout, ${showPence(notes.paid)} in all; her account lists them`;
  },
};

type Sent = { topic: string; state: string; triggeredAt: string; attempts: { status: number | null }[] };

/** What the control page tells of webhooks of a topic, newest first. */
export async function readWebhooks({ merchant }: Scene, topic: string): Promise<Sent[]> {
  const page = await merchant.visitor.open(`/control/webhooks?topic=${encodeURIComponent(topic)}&limit=20`);
  return JSON.parse(page.html) as Sent[];
}

const webhooks: Step = {
  name: "webhooks",
  async play(scene) {
    const answered = await until("the orders' webhooks are answered 200", scene.patienceMs, async () => {
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

/** The path of her page, as the customers list links it. */
export async function findProfile({ merchant, she }: Scene): Promise<string | null> {
  const list = await merchant.read(`/app/customers?q=${encodeURIComponent(she.email)}`);
  const links = [...list.document.querySelectorAll('a[href^="/app/customers/"]')];
  return links.find((link) => link.textContent?.includes(she.lastName))?.getAttribute("href") ?? null;
}

const profile: Step = {
  name: "profile",
  async play(scene) {
    const { merchant, she, notes, patienceMs } = scene;
    notes.profile = await until("the customers page finds her", patienceMs, () => findProfile(scene));
    const text = await until("her timeline shows her orders", patienceMs, async () => {
      const page = await merchant.read(notes.profile);
      return notes.orders.every((order) => page.text.includes(`Placed order ${order}`)) && page.text;
    });
    const spent = /Amount spent ?(£[\d,.]+)/.exec(text)?.[1] ?? "";
    must(penceOf(spent) === notes.paid, `her page says that she spent ${spent}, she paid ${showPence(notes.paid)}`);
    must(text.includes(she.email), "her page does not show her e-mail address");
    return `${she.firstName}'s page shows Orders ${notes.orders.length}, Amount spent ${spent}; her timeline has ${notes.orders.join(" and ")}`;
  },
};

const entered: Step = {
  name: "entered",
  async play({ merchant, notes, patienceMs }) {
    const text = await until(`her page says that she is in “${REGULARS.name}”`, patienceMs, async () => {
      const page = await merchant.read(notes.profile);
      return page.text.includes(`Entered segment “${REGULARS.name}”`) && page.text;
    });
    must(/Segments.*Regulars/.test(text), "her page does not list the segment");
    const id = notes.segment.split("/").at(-1) ?? "";
    const list = await merchant.read(`/app/customers?segment=${id}&sort=added-desc`);
    must(list.text.includes("Okonkwo"), "the segment's list does not have her");
    return `her page: Entered segment “${REGULARS.name}”; the segment's list has her`;
  },
};

export const BUY: Step[] = [noOffer, orders, webhooks, profile, entered];
