// The contextual save bar above the top bar. While it is open, no link of the admin leaves the page.

import { confirmWith } from "./dialog.js";

export function connectSaveBar(channel) {
  const bar = document.getElementById("save-bar");
  const save = document.getElementById("save-bar-save");
  const discard = document.getElementById("save-bar-discard");
  let confirmDiscard = false;

  const isShown = () => !bar.hidden;
  function holdBack() {
    bar.classList.remove("shake");
    void bar.offsetWidth; // starts the animation anew
    bar.classList.add("shake");
  }

  channel.on("save-bar", (state) => {
    bar.hidden = !state.shown;
    document.body.classList.toggle("dirty", state.shown);
    confirmDiscard = state.confirmDiscard;
    save.textContent = state.save.label || "Save";
    discard.textContent = state.discard.label || "Discard";
    save.disabled = Boolean(state.save.disabled || state.save.loading);
    discard.disabled = Boolean(state.discard.disabled || state.discard.loading);
    save.toggleAttribute("aria-busy", Boolean(state.save.loading));
  });
  channel.on("held-back", holdBack);

  save.addEventListener("click", () => channel.send("save-bar:save"));
  discard.addEventListener("click", async () => {
    const question = {
      title: "Discard all unsaved changes",
      text: "If you discard changes, you’ll delete any edits you made since you last saved.",
      action: "Discard changes",
      critical: true,
    };
    if (!confirmDiscard || (await confirmWith(question))) channel.send("save-bar:discard");
  });

  document.addEventListener(
    "click",
    (event) => {
      const link = event.target.closest("a[href], [data-href]");
      if (!isShown() || !link || link.target === "_blank") return;
      event.preventDefault();
      event.stopImmediatePropagation();
      holdBack();
    },
    true,
  );
  addEventListener("beforeunload", (event) => isShown() && event.preventDefault());

  /** Never resolves if the merchant stays. */
  async function confirmLeave() {
    const question = {
      title: "Leave page with unsaved changes?",
      text: "Leaving this page will delete all unsaved changes.",
      action: "Leave page",
      critical: true,
    };
    if (!isShown() || (await confirmWith(question))) return true;
    return new Promise(() => {});
  }

  return { isShown, holdBack, confirmLeave };
}
