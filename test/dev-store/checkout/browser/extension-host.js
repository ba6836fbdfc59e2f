// The document of one checkout extension: s-* elements, the `shopify` global, then the extension's own built bundle.

import { defineActions } from "./elements/actions.js";
import { watchFor } from "./elements/base.js";
import { defineChoiceList } from "./elements/choice-list.js";
import { defineFields } from "./elements/fields.js";
import { defineLayout } from "./elements/layout.js";
import { defineText } from "./elements/text.js";
import { guardFetch, makeShopify } from "./extension-api.js";

const facts = JSON.parse(document.getElementById("facts").textContent);
defineLayout();
defineText();
defineActions();
defineFields();
defineChoiceList();
window.shopify = makeShopify(facts);
guardFetch(facts);
document.getElementById("facts").remove();

const tellHeight = () => {
  parent.postMessage({ extension: true, type: "height", height: document.documentElement.offsetHeight }, "*");
};
new ResizeObserver(tellHeight).observe(document.body);
watchFor(document.body);

try {
  const { default: render } = await import(facts.scriptUrl);
  if (typeof render !== "function") throw new Error("the bundle has no default export to run");
  await render();
  document.body.dataset.rendered = "";
} catch (error) {
  console.error(`Extension ${facts.handle}: ${error.stack ?? error}`);
}
tellHeight();
