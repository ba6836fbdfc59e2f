// A plugin's kind with an amount off the order: published, shown to the shopper, and subtracted at the checkout.
import { expect, test } from "vitest";
import { publishOffer } from "../../../app/offers/definition/move-offer.server.ts";
import { saveForm } from "../../../app/offers/editor/act-on-offer.server.ts";
import { readEditor } from "../../../app/offers/editor/read-editor.server.ts";
import { lookAtOffers } from "../../../app/offers/publishing/look.server.ts";
import { field } from "../../../app/fields.ts";
import { registry, registryOf } from "../../../app/plugins/installed.server.ts";
import { defineOfferKind, definePlugin } from "../../../app/plugins/plugin.ts";
import { assemble } from "../../../app/plugins/registry.server.ts";
import { createProduct } from "../../dev-store/commands/product.ts";
import { openVisitor } from "../../dev-store/toy-shop.ts";
import { done } from "../../setup/definitions.ts";
import { formOf, inItsOwnShop, percentOff, type Form, type OfferShop } from "./offer-shop.ts";

let it: OfferShop;

inItsOwnShop((shop) => (it = shop));

const guest = definePlugin({
  name: "guest",
  contract: 1,
  label: "guest.label",
  description: "guest.text",
  offerKinds: {
    voucher: defineOfferKind({
      label: "guest.voucher",
      settings: {
        worth: field.money("guest.worth", { min: 0.01 }),
        code: field.text("guest.code", { optional: true }),
      },
      when: { code: "code" },
      shows: { amount: "worth" },
      resolve: (_context, { worth, code }) => ({
        content: { shape: "discount", amount: worth, code: code || null, href: null },
        discount: { title: "", grant: { kind: "amount", amount: worth }, code: code || null },
      }),
    }),
  },
});

/** A kind whose amount is a text setting, which may hold anything. */
const careless = definePlugin({
  name: "careless",
  contract: 1,
  label: "careless.label",
  description: "careless.text",
  offerKinds: {
    raw: defineOfferKind({
      label: "careless.raw",
      settings: { worth: field.text("careless.worth") },
      resolve: (_context, { worth }) => ({
        content: { shape: "discount", amount: worth, code: null, href: null },
        discount: { title: "", grant: { kind: "amount", amount: worth }, code: null },
      }),
    }),
  },
});

const engine = () => registryOf(it.shop, assemble([...registry.plugins, guest, careless]));
const publish = async () => it.publishWith(await engine());
const voucher = (fields: Form = {}): Form => ({
  ...percentOff({ kind: "voucher", name: "Voucher", "words.en.title": "", ...fields }),
  "settings.worth": "5",
  ...fields,
});
async function offer(form: Form): Promise<string> {
  const made = await saveForm(it.shop, await engine(), formOf(form), { id: null, expectedVersion: null, actor: "merchant" }); // prettier-ignore
  const { id } = done(made);
  await publishOffer(it.shop, await engine(), id, { actor: "merchant" });
  await publish();
  return id;
}

const ADDRESS = {
  first_name: "A",
  email: "a@example.com",
  last_name: "Patel",
  address1: "1 High Street",
  zip: "LE4 5PJ",
  city: "Leicester",
  country: "GB",
};

/** Buys for the price as a signed-in shopper. Returns the checkout's total and the order. */
async function buys(customerId: string, price: string, code?: string) {
  const product = createProduct(it.dev.store, it.store, {
    title: "Tea",
    variants: [{ title: "Default Title", sku: "", price }],
  });
  const { visit } = openVisitor(`https://${it.store.domain}`);
  await visit("/account/login", { customer_id: customerId });
  await visit("/cart/add", { id: product.variants[0]?.id ?? "", quantity: "1" });
  if (code) await visit("/checkout", { action: "apply", code });
  const { html } = await visit("/checkout");
  await visit("/checkout", { action: "pay", ...ADDRESS });
  const order = [...it.store.orders.values()].at(-1);
  return { asked: /id="total"[^>]*>([^<]*)</.exec(html)?.[1], total: order?.total };
}

test("an amount off the order is published, shown in the shopper's language, and subtracted from the order", async () => {
  const [asha = ""] = await it.addCustomers(["Asha"], ["vip"]);
  const [ravi = ""] = await it.addCustomers(["Ravi"]);
  const segment = await it.addSegment("vip");
  const id = await offer(voucher({ segment }));
  expect(it.discounts()).toMatchObject([{ value: { kind: "amount", amount: "5.00" }, title: "Voucher" }]);
  expect(await it.page("/", asha)).toContain("£5 off");
  expect(await it.page("/", asha, "?locale=gu")).toContain("£5 છૂટ");
  expect(await it.page("/", ravi)).not.toContain("£5 off");
  expect([it.pay(asha).total, it.pay(ravi).total]).toEqual(["95.00", "100.00"]);
  const [hers, his] = [await buys(asha, "40.00"), await buys(ravi, "40.00")];
  expect([hers.total, his.total]).toEqual(["35.00", "40.00"]);
  expect([hers.asked, his.asked]).toEqual(["£35.00", "£40.00"]);
  // The amount is at most the order's total.
  expect((await buys(asha, "3.00")).total).toBe("0.00");
  const view = await readEditor(it.shop, await engine(), { id, kind: null });
  expect(view).toMatchObject({ content: { amount: "5" }, mends: false });
});

test("an amount with a code is granted only with the code", async () => {
  const [asha = ""] = await it.addCustomers(["Asha"]);
  await offer(voucher({ "settings.worth": "7.50", "settings.code": "SEVEN" }));
  expect(await it.page("/", null)).toContain("£7.50 off");
  expect([(await buys(asha, "40.00")).total, (await buys(asha, "40.00", "SEVEN")).total]).toEqual(["40.00", "32.50"]);
});

test("another amount in the admin is reported, and the same amount in another notation is not", async () => {
  const id = await offer(voucher({ "settings.worth": "5.5" }));
  const found = async () => {
    await lookAtOffers(it.shop, await engine(), id, it.admin);
    const rows = await it.shop.db.tx((tx) =>
      tx.rows<{ found: unknown }>(it.sql`select found from offer_publication where shop_id = ${it.shop.id}`),
    );
    return rows[0]?.found;
  };
  expect(await found()).toEqual([]);
  const [discount] = it.discounts();
  if (discount) discount.value = { kind: "amount", amount: "6.00" };
  expect(await found()).toEqual([{ key: "offers.found.grant", parameters: { now: "6 GBP", was: "5.5 GBP" } }]);
});

test("of a percentage and an amount, the storefront shows the one that the checkout grants for this cart", async () => {
  await offer(voucher());
  await offer(percentOff({ name: "Ten", "words.en.title": "" }));
  const { visit } = openVisitor(`https://${it.store.domain}`);
  const product = createProduct(it.dev.store, it.store, {
    title: "Tea",
    variants: [{ title: "Default Title", sku: "", price: "40.00" }],
  });
  await it.page("/", null);
  const cart = async (quantity: string) => {
    await visit("/cart/add", { id: product.variants[0]?.id ?? "", quantity });
    const { html } = await visit("/cart");
    return [html.includes("£5 off"), html.includes("10% off")];
  };
  expect(await cart("1")).toEqual([true, false]);
  expect(await cart("1")).toEqual([false, true]);
});

test("an amount with too many decimal places for the shop's currency is refused at its field, and as a mistake of a kind that returns it", async () => {
  const saved = async (form: Form) =>
    saveForm(it.shop, await engine(), formOf(form), { id: null, expectedVersion: null, actor: "merchant" });
  expect(await saved(voucher({ "settings.worth": "5.555" }))).toEqual({
    ok: false,
    faults: [{ key: "app.field.too_precise", parameters: { max: 2 }, field: "settings.worth" }],
  });
  const raw = (worth: string) => saved({ ...voucher({ kind: "raw" }), "settings.worth": worth });
  expect(await raw("5.555")).toMatchObject({ ok: false, faults: [{ key: "offers.fault.kind_failed" }] });
  expect(await raw("5.5500")).toMatchObject({ ok: true });
});
