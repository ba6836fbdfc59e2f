// The theme editor: switches app blocks on for a template, beside the storefront. Accepts Shopify's deep links:
// addAppBlockId={client id}/{block file}&template=…, activateAppId={client id}/{block file}.

import { readForm, redirect, type StoreAnswer, type StoreRequest } from "../http.ts";
import type { ShopState, Store, ThemeBlock } from "../model.ts";
import {
  findWords,
  readLocale,
  readThemeExtensions,
  type SettingField,
  type ThemeBlockFile,
  type ThemeExtension,
} from "../storefront/extension-files.ts";
import { html, storePage, type Html } from "./chrome.ts";
import { drawField, fieldsOf, readSettings } from "./setting-fields.ts";

type Template = ThemeBlock["template"];
const TEMPLATES: { id: Template; label: string; path: string }[] = [
  { id: "index", label: "Home page", path: "/" },
  { id: "product", label: "Products", path: "/products" },
  { id: "cart", label: "Cart", path: "/cart" },
  { id: "account", label: "Customer account", path: "/account" },
];
const EMBED: { id: Template; label: string; path: string } = { id: "*", label: "Whole store", path: "/" };
export const EDITOR_PATH = "/admin/themes/current/editor";

export function isEmbed(block: ThemeBlockFile): boolean {
  return block.schema.target !== "section";
}

function placesOf({ schema, ...file }: ThemeBlockFile): typeof TEMPLATES {
  if (isEmbed({ schema, ...file })) return [EMBED];
  const only = schema.enabled_on?.templates;
  const never = schema.disabled_on?.templates ?? [];
  const fits = (list: string[], id: string): boolean =>
    list.includes("*") ||
    list.some((name) => name.split("/")[0] === id || (id === "account" && name === "customers/account"));
  return TEMPLATES.filter(({ id }) => (only ? fits(only, id) : !fits(never, id)));
}

/** A label of a schema may be a key of the extension's own `*.schema.json`. */
export function readLabel(extension: ThemeExtension, label: string): string {
  if (!label.startsWith("t:")) return label;
  const { words, fallback } = readLocale(extension.path, "en", ".schema");
  const found = findWords(words, label.slice(2)) ?? findWords(fallback, label.slice(2));
  return typeof found === "string" ? found : label;
}

function labelled(extension: ThemeExtension, field: SettingField): SettingField {
  const options = field.options?.map((option) => ({ ...option, label: readLabel(extension, option.label) }));
  return { ...field, label: readLabel(extension, field.label ?? field.id), ...(options && { options }) };
}

/** The block file and the template that a deep link names. */
function readDeepLink(store: Store, query: URLSearchParams): { file: string; template: Template } | null {
  const asked = query.get("addAppBlockId") ?? query.get("activateAppId");
  const [clientId, file] = asked?.split("/") ?? [];
  if (file === undefined) return null;
  if (clientId !== store.config.apiKey && clientId !== store.app.clientId) return null;
  const named = query.get("template")?.replace(/^customers\//, "") ?? "index";
  return { file, template: TEMPLATES.find(({ id }) => id === named)?.id ?? "index" };
}

function drawPlace(
  extension: ThemeExtension,
  block: ThemeBlockFile,
  place: (typeof TEMPLATES)[number],
  shop: ShopState,
  asked: boolean,
): Html {
  const id = `${extension.folder}/${block.file}`;
  const placed = shop.themeBlocks.find((entry) => entry.block === id && entry.template === place.id);
  const prefix = `set:${id}:${place.id}:`;
  const fields = fieldsOf(block.schema.settings).map((field) =>
    drawField(labelled(extension, field), prefix, placed?.settings[field.id] ?? field.default),
  );
  const checked = { html: placed || asked ? "checked" : "" };
  return html`<div class="place ${asked && !placed ? "asked" : ""}">
    <label class="check"><input type="checkbox" name="on" value="${id}:${place.id}" ${checked} /> ${place.label}</label>
    ${asked && !placed ? html`<span class="badge attention">Not saved</span>` : null}
    ${
      placed && fields.length > 0
        ? html`<details>
            <summary>Settings</summary>
            ${fields}
          </details>`
        : null
    }
  </div>`;
}

export function themeEditorPage(store: Store, shop: ShopState, request: StoreRequest): string {
  const asked = readDeepLink(store, request.url.searchParams);
  const extensions = shop.installation ? readThemeExtensions(store) : [];
  const blocks = extensions.flatMap((extension) =>
    extension.blocks.map((block) => {
      const isAsked = asked?.file === block.file;
      const places = placesOf(block).map((place) =>
        drawPlace(extension, block, place, shop, isAsked && (place.id === asked?.template || isEmbed(block))),
      );
      return html`<fieldset class="card" id="${block.file}">
        <legend>${readLabel(extension, block.schema.name)}</legend>
        <p class="subdued">${isEmbed(block) ? "App embed" : "App block"} of ${store.app.name}</p>
        ${places}
      </fieldset>`;
    }),
  );
  const found = asked && extensions.some((extension) => extension.blocks.some(({ file }) => file === asked.file));
  const note = asked
    ? found
      ? html`<p class="note" role="status">The block is added. Save to publish it in your theme.</p>`
      : html`<p class="note critical" role="alert">The app block “${asked.file}” was not found.</p>`
    : null;
  const shown =
    TEMPLATES.find(({ id }) => id === (asked?.template ?? request.url.searchParams.get("template"))) ?? TEMPLATES[0];
  const saved = request.url.searchParams.has("saved")
    ? html`<p class="note good" role="status">Theme saved.</p>`
    : null;
  const empty = html`<p class="subdued">No app with theme blocks is installed.</p>`;
  return storePage(
    store,
    shop,
    EDITOR_PATH,
    "Theme editor",
    html`${note}${saved}
      <div class="editor">
        <form method="post" action="${EDITOR_PATH}">
          <input type="hidden" name="template" value="${shown?.id ?? "index"}" />
          ${blocks.length > 0 ? blocks : empty}
          <button class="button primary">Save</button>
        </form>
        <iframe class="preview" title="Preview of the online store" src="${previewPath(shop, shown?.path)}"></iframe>
      </div>`,
  );
}

function previewPath(shop: ShopState, path = "/"): string {
  if (path !== "/products") return path;
  const first = shop.products.values().next().value;
  return first ? `/products/${first.handle}` : "/";
}

export function saveTheme(store: Store, shop: ShopState, request: StoreRequest): StoreAnswer {
  const form = readForm(request);
  const wanted = new Set(form.getAll("on"));
  shop.themeBlocks = readThemeExtensions(store).flatMap((extension) =>
    extension.blocks.flatMap((block) =>
      placesOf(block)
        .map(({ id }) => ({ id, key: `${extension.folder}/${block.file}:${id}` }))
        .filter(({ key }) => wanted.has(key))
        .map(({ id, key }) =>
          placeBlock(
            store,
            shop,
            `${extension.folder}/${block.file}`,
            id,
            readSettings(fieldsOf(block.schema.settings), `set:${key}:`, form),
            form,
          ),
        ),
    ),
  );
  store.touch();
  return redirect(`${EDITOR_PATH}?saved=1&template=${encodeURIComponent(form.get("template") ?? "index")}`);
}

/** A block that is placed already keeps its id, and the settings that the form did not show. */
function placeBlock(
  store: Store,
  shop: ShopState,
  block: string,
  template: Template,
  settings: Record<string, unknown>,
  form: URLSearchParams,
): ThemeBlock {
  const before = shop.themeBlocks.find((entry) => entry.block === block && entry.template === template);
  const shown = [...form.keys()].some((key) => key.startsWith(`set:${block}:${template}:`));
  return {
    id: before?.id ?? store.newId(shop),
    block,
    template,
    settings: shown ? settings : (before?.settings ?? {}),
  };
}
