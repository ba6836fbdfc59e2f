// Toasts, the loading bar, and the shade around a dialog of the app.

export function connectFeedback(channel) {
  const shelf = document.getElementById("toasts");
  const progress = document.getElementById("progress");

  function dismiss(element) {
    if (!element.isConnected) return;
    element.remove();
    channel.send("toast:dismiss", { toast: element.dataset.toast });
  }

  channel.on("toast", ({ toast, message, duration, isError, action }) => {
    const element = document.createElement("div");
    element.className = isError ? "toast error" : "toast";
    element.dataset.toast = toast;
    const text = document.createElement("span");
    text.textContent = message;
    element.append(text);
    if (action) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: action });
      button.addEventListener("click", () => {
        channel.send("toast:action", { toast });
        dismiss(element);
      });
      element.append(button);
    }
    const close = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
    close.setAttribute("aria-label", "Dismiss");
    close.addEventListener("click", () => dismiss(element));
    element.append(close);
    shelf.replaceChildren(element);
    setTimeout(() => dismiss(element), duration);
  });
  channel.on("toast:hide", ({ toast }) => {
    const element = [...shelf.children].find((entry) => entry.dataset.toast === toast);
    if (element) dismiss(element);
  });
  channel.on("loading", ({ isLoading }) => (progress.hidden = !isLoading));
  channel.on("modal", ({ shown }) => document.body.classList.toggle("shaded", shown));
}
