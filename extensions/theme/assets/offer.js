// Hides an offer that the shopper closes, and copies a code. A closed offer is remembered only where the shopper allowed
// preferences, otherwise until the next page. The card's own script reads the closed offers before the card is painted.
(() => {
  const KEY = "regulars.closed";
  const root = document.documentElement;
  const cards = () => [...document.querySelectorAll("[data-regulars-offer]")];
  const hide = (id) => cards().forEach((card) => (card.hidden ||= card.dataset.regularsOffer === id));
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
  root.classList.add("regulars-ready");
  document.addEventListener("visitorConsentCollected", ({ detail }) => {
    if (!detail?.preferencesAllowed) localStorage.removeItem(KEY);
  });
  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.("[data-regulars-dismiss],[data-regulars-copy]");
    if (!button) return;
    const { regularsCopy, regularsCopied } = button.dataset;
    if (regularsCopy) {
      const code = button.parentElement.querySelector("code") ?? button;
      // Where the browser refuses the clipboard, the code is selected, so that the shopper can copy it by hand.
      (navigator.clipboard?.writeText(regularsCopy) ?? Promise.reject()).then(
        () => (button.textContent = regularsCopied),
        () => getSelection().selectAllChildren(code),
      );
      return;
    }
    const { regularsOffer } = button.closest("[data-regulars-offer]").dataset;
    hide(regularsOffer);
    remember(regularsOffer);
  });
})();
