// Acts in the dev store, whose Admin API the app asks and whose webhooks the app gets.
import { uninstallApp } from "../../dev-store/commands/app.ts";
import { createCustomer } from "../../dev-store/commands/customer.ts";
import { setMetafield } from "../../dev-store/commands/metafield.ts";
import { placeOrder } from "../../dev-store/commands/order.ts";
import { createProduct } from "../../dev-store/commands/product.ts";
import type { ShopState, Store } from "../../dev-store/model.ts";
import type { Json } from "../../flows/ingest-shop.ts";

const TYPES = { customer: "Customer", order: "Order", product: "Product" };
type Owner = keyof typeof TYPES;
type Metafield = { type: string; value: string };
/** Values by `namespace.key`, such as `facts.birth_date`. */
type Metafields = Record<string, Metafield>;

export type InTheStore = {
  /** Makes a customer with these metafields and sends the webhook. Returns the id. */
  addCustomer(metafields?: Metafields): Promise<string>;
  /** Makes a product with these metafields and sends the webhook. Returns the id. */
  addProduct(metafields?: Metafields): Promise<string>;
  /** Makes an order with these metafields, of one piece of the product if given, and sends the webhook. Returns the id. */
  addOrder(customerId: string, order?: { productId?: string; metafields?: Metafields }): Promise<string>;
  /** Changes a metafield; an empty value removes it. Sends no webhook. */
  setMetafield(owner: Owner, id: string, name: string, metafield: Metafield): void;
  /** Uninstalls the app as the merchant does. */
  uninstall(): Promise<void>;
};

export function inTheStore(
  store: Store,
  shop: ShopState,
  send: (topic: string, fields: Json) => Promise<void>,
): InTheStore {
  const write: InTheStore["setMetafield"] = (owner, id, name, metafield) => {
    const [namespace = "", key = ""] = name.split(".");
    setMetafield(store, shop, { ownerId: `gid://shopify/${TYPES[owner]}/${id}`, namespace, key, ...metafield });
  };
  const writeAll = (owner: Owner, id: string, metafields: Metafields = {}): void => {
    for (const [name, metafield] of Object.entries(metafields)) write(owner, id, name, metafield);
  };
  return {
    setMetafield: write,
    async uninstall() {
      uninstallApp(store, shop);
      await send("app/uninstalled", { domain: shop.domain, myshopify_domain: shop.domain });
    },
    async addCustomer(metafields) {
      const { id } = createCustomer(store, shop, { firstName: "Asha" });
      writeAll("customer", id, metafields);
      await send("customers/create", { id: Number(id) });
      return id;
    },
    async addProduct(metafields) {
      const { id } = createProduct(store, shop, { title: "Tea", productType: "Teas" });
      writeAll("product", id, metafields);
      await send("products/create", { id: Number(id) });
      return id;
    },
    async addOrder(customerId, { productId = null, metafields } = {}) {
      const line = { title: "Tea", sku: "tea", price: "10.00", quantity: 1, productId };
      const { id } = placeOrder(store, shop, { customerId, lines: [line] });
      writeAll("order", id, metafields);
      const lines = [{ id: Number(`${id}1`), quantity: 1, price: "10.00", product_id: productId && Number(productId) }];
      await send("orders/create", {
        id: Number(id),
        customer: { id: Number(customerId) },
        test: false,
        line_items: lines,
      });
      return id;
    },
  };
}
