// The checkout editor: places UI extensions on the pages of the checkout, with their settings.

import { readForm, redirect, type StoreAnswer, type StoreRequest } from "../http.ts";
import type { ShopState, Store } from "../model.ts";
import { readUiExtensions, type SettingField, type UiExtension } from "../storefront/extension-files.ts";
import { html, storePage } from "./chrome.ts";
import { drawField, readSettings } from "./setting-fields.ts";

export const CHECKOUT_EDITOR_PATH = "/admin/settings/checkout/editor";
const PAGES: Record<string, string> = {
  "purchase.thank-you.block.render": "Thank you page",
  "purchase.checkout.block.render": "Checkout",
  "customer-account.order-status.block.render": "Order status page",
};

const settingFields = (extension: UiExtension): SettingField[] =>
  extension.settings.map(({ key, type, name }) => ({ id: key, type, label: name }));

export function checkoutEditorPage(store: Store, shop: ShopState, request: StoreRequest): string {
  const extensions = shop.installation ? readUiExtensions(store) : [];
  const cards = extensions.map((extension) => {
    const rows = extension.targets.map(({ target }) => {
      const key = `${extension.folder}:${target}`;
      const placed = shop.checkoutBlocks.find(
        (entry) => entry.extension === extension.folder && entry.target === target,
      );
      const fields = settingFields(extension).map((field) =>
        drawField(field, `set:${key}:`, placed?.settings[field.id]),
      );
      return html`<div class="place">
        <label class="check"
          ><input type="checkbox" name="on" value="${key}" ${{ html: placed ? "checked" : "" }} />
          ${PAGES[target] ?? target}</label
        >
        ${
          placed && fields.length > 0
            ? html`<details>
                <summary>Settings</summary>
                ${fields}
              </details>`
            : null
        }
      </div>`;
    });
    return html`<fieldset class="card">
      <legend>${extension.name}</legend>
      <p class="subdued">App block of ${store.app.name}</p>
      ${rows}
    </fieldset>`;
  });
  const saved = request.url.searchParams.has("saved")
    ? html`<p class="note good" role="status">Checkout saved.</p>`
    : null;
  const empty = html`<div class="card"><p class="subdued">No app with checkout blocks is installed.</p></div>`;
  const content = html`${saved}
    <form method="post" action="${CHECKOUT_EDITOR_PATH}" class="narrow">
      ${cards.length > 0 ? cards : empty} <button class="button primary">Save</button>
    </form>`;
  return storePage(store, shop, CHECKOUT_EDITOR_PATH, "Checkout editor", content);
}

export function saveCheckout(store: Store, shop: ShopState, request: StoreRequest): StoreAnswer {
  const form = readForm(request);
  const wanted = new Set(form.getAll("on"));
  shop.checkoutBlocks = readUiExtensions(store).flatMap((extension) =>
    extension.targets
      .map(({ target }) => ({ target, key: `${extension.folder}:${target}` }))
      .filter(({ key }) => wanted.has(key))
      .map(({ target, key }) => ({
        extension: extension.folder,
        target,
        settings: readSettings(settingFields(extension), `set:${key}:`, form),
      })),
  );
  store.touch();
  return redirect(`${CHECKOUT_EDITOR_PATH}?saved=1`);
}
