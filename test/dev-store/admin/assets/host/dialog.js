// A question to the merchant: resolves with true when the action was taken, false when it was not.

export function confirmWith({ title, text, action, critical = false }) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.setAttribute("aria-labelledby", "dialog-title");
  dialog.innerHTML = `<form method="dialog"><h2 id="dialog-title"></h2><p></p>
    <menu><button value="no" class="button">Cancel</button><button value="yes" class="button"></button></menu></form>`;
  dialog.querySelector("h2").textContent = title;
  dialog.querySelector("p").textContent = text;
  const yes = dialog.querySelector('[value="yes"]');
  yes.textContent = action;
  yes.classList.add(critical ? "critical" : "primary");
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes");
      dialog.remove();
    });
  });
}

/** Shopify's resource picker, for products: resolves with the chosen ones, or undefined when nothing was chosen. */
export async function pickProducts({ type, multiple = false, action = "add", selectionIds = [] }) {
  if (type !== "product") throw new Error(`The picker of this admin knows products only, not ${type}`);
  const products = await (await fetch("/admin/internal/products")).json();
  const dialog = document.createElement("dialog");
  dialog.className = "dialog picker";
  dialog.setAttribute("aria-label", "Select products");
  dialog.innerHTML = `<form method="dialog"><h2>${action === "select" ? "Select" : "Add"} products</h2>
    <input type="search" placeholder="Search products" aria-label="Search products"><div class="picker-list"></div>
    <menu><button value="no" class="button">Cancel</button><button value="yes" class="button primary">Select</button></menu></form>`;
  const list = dialog.querySelector(".picker-list");
  const before = new Set(selectionIds.map(({ id }) => id));
  for (const product of products) {
    const label = document.createElement("label");
    const box = Object.assign(document.createElement("input"), {
      type: multiple ? "checkbox" : "radio",
      name: "product",
      value: product.id,
      checked: before.has(product.id),
    });
    label.append(box, ` ${product.title}`);
    list.append(label);
  }
  dialog.querySelector("[type=search]").addEventListener("input", (event) => {
    const wanted = event.target.value.toLowerCase();
    for (const label of list.children) label.hidden = !label.textContent.toLowerCase().includes(wanted);
  });
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      const chosen = new Set([...dialog.querySelectorAll("input:checked")].map((box) => box.value));
      resolve(dialog.returnValue === "yes" ? products.filter(({ id }) => chosen.has(id)) : undefined);
      dialog.remove();
    });
  });
}
