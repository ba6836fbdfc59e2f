// A shop with customers and segments, in the dev store and in the app, for tests of offers.
import type { Actor } from "../../../app/audit.server.ts";
import { addChange, type Changes } from "../../../app/customers/change.ts";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { adminFor, type AdminApi } from "../../../app/shopify/admin-api.server.ts";
import { forShop, sql } from "../../../app/db.server.ts";
import { installShop } from "../../../app/shopify/installation.server.ts";
import { publishOffer } from "../../../app/offers/definition/move-offer.server.ts";
import { saveForm } from "../../../app/offers/editor/act-on-offer.server.ts";
import type { OfferEngine } from "../../../app/offers/publishing/audiences/narrow-audience.server.ts";
import { publishOffers } from "../../../app/offers/publishing/publish.server.ts";
import { markPublications } from "../../../app/offers/publishing/customers/publication.server.ts";
import { registry } from "../../../app/plugins/installed.server.ts";
import { evaluateSegment } from "../../../app/segments/memberships/build.server.ts";
import { refreshMembership } from "../../../app/segments/memberships/membership.server.ts";
import { savedSegment } from "../../setup/definitions.ts";
import { openShop, type Shop } from "../../../app/shop.server.ts";
import { createCustomer } from "../../dev-store/commands/customer.ts";
import { priceCart } from "../../dev-store/discounts/price-cart.ts";
import type { ShopState } from "../../dev-store/model.ts";
import { handleCheckout } from "../../dev-store/checkout/checkout.ts";
import { handleStorefront } from "../../dev-store/storefront/storefront.ts";
import type { CartItem } from "../../dev-store/storefront/visit.ts";
import { startDevShop, type DevShop } from "../../setup/dev-shop.ts";
import { openIngest, type Ingest } from "../ingest-shop.ts";

let count = 0;

export type OfferShop = Awaited<ReturnType<typeof startOfferShop>>;

/** One store for the tests of a file, and a new shop in the store for each test. Call once, at the top of the file. */
export function inItsOwnShop(give: (it: OfferShop) => void, timeZone?: string): void {
  let dev: DevShop;
  beforeAll(async () => {
    dev = await startStores();
  });
  afterAll(() => dev.close());
  beforeEach(async () => give(await startOfferShop(dev, timeZone)));
}

/** Like `inItsOwnShop`, but the store's webhooks reach the app. */
export function inItsOwnShopWithWebhooks(give: (it: OfferShop, dev: DevShop, ingest: Ingest) => void): void {
  let ingest: Ingest;
  let dev: DevShop;
  beforeAll(async () => {
    ingest = await openIngest();
    dev = await startStores({ appUrl: new URL(ingest.url).origin });
  });
  afterAll(async () => {
    await dev.close();
    await ingest.close();
  });
  beforeEach(async () => give(await startOfferShop(dev), dev, ingest));
}

export const startStores = (config?: { appUrl: string }) =>
  startDevShop(
    "offers-0.myshopify.com",
    {},
    { faces: [handleCheckout, handleStorefront], ...(config ? { config } : {}) },
  );

/** Makes a shop in the running store, with the app installed. The shop's clock is the store's. */
export async function startOfferShop(dev: DevShop, timeZone = "Europe/London") {
  const domain = `offers-${(count += 1)}.myshopify.com`;
  const store = dev.addShop(domain, { timeZone, currency: "GBP" });
  await installShop(domain, { idToken: dev.merchantToken(store) });
  const opened = await openShop(domain, () => dev.store.clock.now());
  if (!opened) throw new Error("the shop is installed");
  const shop: Shop = opened;
  const admin = await adminFor(shop);
  return { dev, store, shop, admin, sql, ...people(dev, store, shop), ...offering(shop, admin), ...seen(dev, store) };
}

function people(dev: DevShop, store: ShopState, shop: Shop) {
  const settle = async (tx: Parameters<typeof markPublications>[1], moves: Parameters<typeof markPublications>[2]) =>
    markPublications(shop, tx, moves);
  return {
    /** Adds customers to the store and to the app. Tags decide the segments. */
    async addCustomers(names: string[], tags: string[] = []): Promise<string[]> {
      const ids = names.map((firstName) => createCustomer(dev.store, store, { firstName, tags }).id);
      await shop.db.tx((tx) =>
        tx.run(sql`
          insert into customer (shop_id, id, first_name, tags, updated_at)
          select ${shop.id}, id, name, ${tags}::text[], now() from unnest(${ids}::text[], ${names}::text[]) as p(id, name)`),
      );
      return ids;
    },
    async addSegment(tag: string): Promise<string> {
      const id = await savedSegment(
        shop,
        { name: `Tagged ${tag}`, query: `customer_tags CONTAINS '${tag}'` },
        registry,
      );
      await evaluateSegment(shop, id, registry, settle);
      return id;
    },
    segmentsOf: async (origin: "merchant" | "offer") =>
      (
        await shop.db.tx((tx) =>
          tx.rows<{ id: string }>(sql`select id from segment where shop_id = ${shop.id} and origin = ${origin}`),
        )
      ).map(({ id }) => id),
    queriesOf: async (origin: "merchant" | "offer") =>
      (
        await shop.db.tx((tx) =>
          tx.rows<{ query: string }>(
            sql`select query from segment where shop_id = ${shop.id} and origin = ${origin} and archived_at is null`,
          ),
        )
      ).map(({ query }) => query),
    evaluate: (segment: string) => evaluateSegment(shop, segment, registry, settle),
    /** Changes tags and the memberships that follow, in one transaction, as the pipeline does. */
    tag: (ids: string[], tags: string[]) =>
      shop.db.tx(async (tx) => {
        await tx.run(sql`update customer set tags = ${tags} where shop_id = ${shop.id} and id = any (${ids})`);
        const changes: Changes = new Map();
        for (const id of ids) addChange(changes, id, "tags", "test");
        await markPublications(shop, tx, await refreshMembership(shop, tx, changes, registry));
      }),
  };
}

/** The fields of the editor's form. */
export type Form = Record<string, string | string[]>;

export const percentOff = (fields: Form = {}): Form => ({
  kind: "percentage",
  name: "Thanks",
  segment: "",
  placement: ["home", "cart"],
  starts: "2026-01-01T00:00",
  ends: "",
  "settings.percent": "10",
  "settings.how": "automatic",
  "words.en.title": "A thank-you for you",
  ...fields,
});

export function formOf(fields: Form): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) for (const one of [value].flat()) form.append(name, one);
  return form;
}

/** The request of an offer's page. */
export const sent = (fields: Form): { form: FormData; actor: Actor } => ({ form: formOf(fields), actor: "merchant" });

function offering(shop: Shop, admin: AdminApi) {
  return {
    save: (fields: Form, id: string | null = null) =>
      saveForm(shop, registry, formOf(fields), { id, expectedVersion: null, actor: "merchant" }),
    /** Saves and publishes an offer as the merchant. The publishing job has not run yet. */
    async offer(fields: Form): Promise<string> {
      const saved = await this.save(fields);
      if (!saved.ok) throw new Error(`not saved: ${JSON.stringify(saved.faults)}`);
      await publishOffer(shop, registry, saved.id, { actor: "merchant" });
      return saved.id;
    },
    publishWith: (engine: OfferEngine): Promise<void> => publishOffers(shop, engine, admin),
    /** Runs the publishing job. */
    async publish(api: AdminApi = admin): Promise<void> {
      await publishOffers(shop, registry, api);
    },
    async offerRow(id: string) {
      const [row] = await forShop(shop.id).tx((tx) =>
        tx.rows<{ state: string; fault: string | null; discount_id: string | null }>(sql`
          select case when o.wish = 'draft' then 'draft' else p.settled_as end as state, p.fault::text, p.discount_id from offer o
          left join offer_publication p on p.shop_id = o.shop_id and p.offer_id = o.id
          where o.shop_id = ${shop.id} and o.id = ${id}`),
      );
      return row;
    },
    dirty: async () =>
      (
        await shop.db.tx((tx) =>
          tx.rows<{ id: string }>(
            sql`select customer_id as id from publication where shop_id = ${shop.id} and dirty_at is not null order by 1`,
          ),
        )
      ).map(({ id }) => id),
    /** The key of the segment's audience. */
    keyFor: async (segment: string): Promise<string> => {
      const [row] = await shop.db.tx((tx) =>
        tx.rows<{ key: string }>(
          sql`select key from audience where shop_id = ${shop.id} and segment_id = ${segment} and experiment is null and arm is null`,
        ),
      );
      return row?.key ?? "none";
    },
    audience: async (segment: string) =>
      (
        await shop.db.tx((tx) =>
          tx.rows<{ context: string; reason: string; customer_ids: string[] }>(
            sql`select context, reason, customer_ids from audience where shop_id = ${shop.id} and segment_id = ${segment}`,
          ),
        )
      )[0],
  };
}

/** What a shopper and a merchant see in the store. */
function seen(dev: DevShop, store: ShopState) {
  const cart = [{ productId: null, variantId: null, quantity: 1, price: "100.00" }];
  return {
    discounts: () => [...store.discounts.values()],
    natives: () => [...store.segments.values()],
    keysOf(customerId: string): string[] {
      const found = [...store.metafields.values()].find(
        ({ ownerId, key }) => ownerId === `gid://shopify/Customer/${customerId}` && key === "offered_segments",
      );
      return found ? (JSON.parse(found.value) as string[]) : [];
    },
    catalogue(): { id: string; audience: string | null }[] {
      const found = [...store.metafields.values()].find(
        ({ namespace, key }) => namespace === "regulars" && key === "offers",
      );
      return found ? (JSON.parse(found.value) as { offers: { id: string; audience: string | null }[] }).offers : [];
    },
    /** The price of a cart of 100.00 for the customer. Refused codes are returned with the reason. */
    pay(customerId: string | null, codes: string[] = []) {
      const { total, rejected } = priceCart(dev.store, store, { lines: cart, customerId, codes });
      return { total, refused: rejected.map(({ reason }) => reason) };
    },
    /** The page as the storefront serves it to the customer with this cart. */
    async page(path: string, customerId: string | null, search = "", items: CartItem[] = []): Promise<string> {
      const template = path === "/cart" ? "cart" : "index";
      if (store.themeBlocks.length === 0)
        store.themeBlocks.push(
          { id: "b1", block: "theme/offer", template: "index", settings: {} },
          { id: "b2", block: "theme/offer", template: "cart", settings: {} },
        );
      const answer = await handleStorefront(dev.store, store, {
        method: "GET",
        url: new URL(`https://${store.domain}${path}${search}`),
        headers: { cookie: `shopper=${customerId ?? ""}; cart=${encodeURIComponent(JSON.stringify({ items }))}` },
        body: Buffer.alloc(0),
      });
      if (answer?.status !== 200) throw new Error(`${template} page answered ${answer?.status}`);
      return String(answer.body);
    },
  };
}

/** Records the operations that a run requests. `between` is called after each, to inspect the store. */
export async function recorded(
  { admin }: OfferShop,
  run: (api: AdminApi) => Promise<void>,
  between: () => void = () => undefined,
): Promise<string[]> {
  const operations: string[] = [];
  await run({
    async request(document, variables) {
      operations.push(/(?:query|mutation) (\w+)/.exec(document)?.[1] ?? "");
      const answer = await admin.request(document, variables);
      between();
      return answer as never;
    },
  });
  return operations;
}
