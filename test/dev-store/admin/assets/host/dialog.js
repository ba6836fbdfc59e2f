// Asks the merchant. Resolves with true if the merchant chose the action, else with false.

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

const PICKED = { product: "products", collection: "collections" };

/** The most objects that can be chosen. `multiple` is true for any number, or the number. */
const mostOf = (multiple) => (multiple === true ? Infinity : Number(multiple) || 1);

/**
 * Shopify's resource picker, for products and collections. Resolves with the chosen objects, or undefined if none was chosen.
 * When the most are checked, the other boxes are disabled.
 */
export async function pickResources({ type, multiple = false, action = "add", selectionIds = [] }) {
  const kind = PICKED[type];
  if (!kind) throw new Error(`The picker of this admin knows products and collections, not ${type}`);
  const things = await (await fetch(`/admin/internal/${kind}`)).json();
  const dialog = document.createElement("dialog");
  dialog.className = "dialog picker";
  dialog.setAttribute("aria-label", `Select ${kind}`);
  dialog.innerHTML = `<form method="dialog"><h2>${action === "select" ? "Select" : "Add"} ${kind}</h2>
    <input type="search" placeholder="Search ${kind}" aria-label="Search ${kind}">
    <div class="picker-list" role="group" aria-label="${kind}"></div>
    <menu><button value="no" class="button">Cancel</button><button value="yes" class="button primary">Select</button></menu></form>`;
  const list = dialog.querySelector(".picker-list");
  const before = new Set(selectionIds.map(({ id }) => id));
  const most = mostOf(multiple);
  for (const thing of things) {
    const label = document.createElement("label");
    const box = Object.assign(document.createElement("input"), {
      type: most > 1 ? "checkbox" : "radio",
      name: kind,
      value: thing.id,
      checked: before.has(thing.id),
    });
    label.append(box, ` ${thing.title}`);
    list.append(label);
  }
  const holdBack = () => {
    const isFull = most > 1 && list.querySelectorAll("input:checked").length >= most;
    for (const box of list.querySelectorAll("input")) box.disabled = isFull && !box.checked;
  };
  list.addEventListener("change", holdBack);
  holdBack();
  const search = dialog.querySelector("[type=search]");
  search.addEventListener("input", () => {
    const wanted = search.value.toLowerCase();
    for (const label of list.children) label.hidden = !label.textContent.toLowerCase().includes(wanted);
  });
  // Enter in the search would press Cancel, the form's first button, so it is ignored.
  search.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      const chosen = new Set([...dialog.querySelectorAll("input:checked")].map((box) => box.value));
      resolve(dialog.returnValue === "yes" ? things.filter(({ id }) => chosen.has(id)) : undefined);
      dialog.remove();
    });
  });
}
