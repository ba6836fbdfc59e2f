// Hides an offer that the shopper closes, and copies a code. A closed offer is remembered only where the shopper allowed
// preferences, otherwise until the next page. The card's own script reads the closed offers before the card is painted. The
// script publishes which offers are seen and clicked: Shopify gives that to pixels that the shopper allows. An offer is seen,
// once a page, when half of its card is in view for a second.
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
  // Shopify's analytics may load after this script. A preview is the merchant's own look, and is not counted.
  const publish = (name, offer, tries = 20) => {
    const { analytics, designMode, visualPreviewMode, theme } = window.Shopify ?? {};
    if (designMode || visualPreviewMode || (theme?.role ?? "main") !== "main") return;
    if (analytics?.publish) analytics.publish(`regulars:offer_${name}`, { offer });
    else if (tries) setTimeout(publish, 500, name, offer, tries - 1);
  };
  const seen = new Set();
  const timers = new Map();
  const watch = new IntersectionObserver(
    (entries) =>
      entries.forEach(({ target, intersectionRatio }) => {
        clearTimeout(timers.get(target));
        if (intersectionRatio < 0.5 || seen.has(idOf(target))) return;
        timers.set(
          target,
          setTimeout(() => {
            if (!seen.has(idOf(target))) publish("seen", idOf(target));
            seen.add(idOf(target));
          }, 1000),
        );
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
