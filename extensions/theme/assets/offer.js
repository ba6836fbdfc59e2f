// Hides an offer that the shopper closed, and copies a code. It waits for nothing: a rule in the head hides a closed offer
// before it is painted. What she closed is remembered only where she allowed preferences; otherwise until the next page.
(() => {
  const KEY = "regulars.closed";
  const root = document.documentElement;
  const rules = document.head.appendChild(document.createElement("style"));
  const hide = (id) => rules.append(`[data-regulars-offer=${JSON.stringify(id)}]{display:none}`);
  const read = () => {
    try {
      const ids = JSON.parse(localStorage.getItem(KEY));
      return Array.isArray(ids) ? ids.map(String) : [];
    } catch {
      return [];
    }
  };
  const remember = (id) => {
    const { loadFeatures } = window.Shopify ?? {};
    loadFeatures?.([{ name: "consent-tracking-api", version: "0.1" }], (fault) => {
      if (fault || !window.Shopify.customerPrivacy?.preferencesProcessingAllowed()) return;
      localStorage.setItem(KEY, JSON.stringify([...new Set([...read(), id])].slice(-50)));
    });
  };
  read().forEach(hide);
  root.classList.add("regulars-ready");
  document.addEventListener("visitorConsentCollected", ({ detail }) => {
    if (!detail?.preferencesAllowed) localStorage.removeItem(KEY);
  });
  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.("[data-regulars-dismiss],[data-regulars-copy]");
    if (!button) return;
    const { regularsCopy, regularsCopied } = button.dataset;
    if (regularsCopy) {
      navigator.clipboard?.writeText(regularsCopy).then(() => (button.textContent = regularsCopied));
      return;
    }
    const { regularsOffer } = button.closest("[data-regulars-offer]").dataset;
    hide(regularsOffer);
    remember(regularsOffer);
  });
})();
