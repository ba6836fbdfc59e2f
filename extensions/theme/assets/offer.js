// Hides an offer that the shopper closes, and copies a code. A closed offer is remembered only where the shopper allowed
// preferences, otherwise until the next page. The card's own script reads the closed offers before the card is painted.
// Publishes offers that are seen (half of the card, for a second, once a page) and clicked.
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
  const idOf = (card) => card.closest("[data-regulars-offer]").dataset.regularsOffer;
  // Shopify's analytics may load later. A preview is the merchant's own look.
  const publish = (name, offer, tries = 20) => {
    const { analytics, designMode, visualPreviewMode, theme } = window.Shopify ?? {};
    if (designMode || visualPreviewMode || (theme?.role ?? "main") !== "main") return;
    if (analytics?.publish) analytics.publish(`regulars:offer_${name}`, { offer });
    else if (tries) setTimeout(publish, 500, name, offer, tries - 1);
  };
  const seen = new Set();
  const see = (id) => seen.has(id) || (seen.add(id), publish("seen", id));
  const timers = new Map();
  const watch = new IntersectionObserver(
    (entries) =>
      entries.forEach(({ target, intersectionRatio }) => {
        clearTimeout(timers.get(target));
        timers.set(target, intersectionRatio < 0.5 || setTimeout(see, 1000, idOf(target)));
      }),
    { threshold: 0.5 },
  );
  cards().forEach((card) => watch.observe(card));
  root.classList.add("regulars-ready");
  document.addEventListener("visitorConsentCollected", ({ detail }) => {
    if (!detail?.preferencesAllowed) localStorage.removeItem(KEY);
  });
  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.("[data-regulars-dismiss],[data-regulars-copy],.regulars-offer__action");
    if (!button) return;
    const { regularsCopy, regularsCopied, regularsDismiss } = button.dataset;
    if (regularsDismiss === undefined) publish("clicked", idOf(button));
    if (regularsCopy) {
      const code = button.parentElement.querySelector("code") ?? button;
      // Where the browser refuses the clipboard, the code is selected, so that the shopper can copy it by hand.
      (navigator.clipboard?.writeText(regularsCopy) ?? Promise.reject()).then(
        () => (button.textContent = regularsCopied),
        () => getSelection().selectAllChildren(code),
      );
      return;
    }
    if (regularsDismiss === undefined) return;
    hide(idOf(button));
    remember(idOf(button));
  });
})();
