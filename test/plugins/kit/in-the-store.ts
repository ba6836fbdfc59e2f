// What happens in the dev store, from which the Admin API answers, and what the store tells the app of it.
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
/** By name, such as `facts.birth_date`. */
type Metafields = Record<string, Metafield>;

export type InTheStore = {
  /** A customer in the dev store with these metafields, of whom the app hears. Returns the id. */
  addCustomer(metafields?: Metafields): Promise<string>;
  /** The same of a product. */
  addProduct(metafields?: Metafields): Promise<string>;
  /** The same of an order: of one piece of the product, where one is given. */
  addOrder(customerId: string, order?: { productId?: string; metafields?: Metafields }): Promise<string>;
  /** Another value of a metafield; an empty one removes it. The app hears nothing of it by this alone. */
  setMetafield(owner: Owner, id: string, name: string, metafield: Metafield): void;
  /** The merchant removes the app. */
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
