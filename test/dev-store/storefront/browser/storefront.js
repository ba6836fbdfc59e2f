// Shopify's scripts on every storefront page: window.Shopify with the shop's data, the Customer Privacy API (once a script has
// requested it), and analytics.publish.

{
  const facts = JSON.parse(document.getElementById("shopify-facts").textContent);
  const CONSENT = "_tracking_consent";
  const PURPOSES = ["analytics", "marketing", "preferences", "sale_of_data"];

  const readConsent = () => {
    const kept = document.cookie.split("; ").find((part) => part.startsWith(`${CONSENT}=`));
    return kept ? JSON.parse(decodeURIComponent(kept.slice(CONSENT.length + 1))) : {};
  };

  // Where no consent is required, everything is allowed until the visitor refuses. `?consent=ask` simulates a region that
  // requires consent.
  const asked = new URLSearchParams(location.search).get("consent");
  if (asked === "ask") sessionStorage.setItem("consent-region", "asks");
  if (asked === "free") sessionStorage.removeItem("consent-region");
  const mustAsk = () => sessionStorage.getItem("consent-region") === "asks";
  const isAllowed = (purpose) => {
    const said = readConsent()[purpose] ?? "";
    return said === "yes" || (said === "" && !mustAsk());
  };

  const customerPrivacy = {
    analyticsProcessingAllowed: () => isAllowed("analytics"),
    marketingAllowed: () => isAllowed("marketing"),
    preferencesProcessingAllowed: () => isAllowed("preferences"),
    saleOfDataAllowed: () => isAllowed("sale_of_data"),
    currentVisitorConsent: () => Object.fromEntries(PURPOSES.map((purpose) => [purpose, readConsent()[purpose] ?? ""])),
    shouldShowBanner: () => mustAsk() && Object.keys(readConsent()).length === 0,
    saleOfDataRegion: () => false,
    getRegion: () => facts.country,
    setTrackingConsent(consent, callback) {
      const said = readConsent();
      for (const purpose of PURPOSES) if (purpose in consent) said[purpose] = consent[purpose] ? "yes" : "no";
      document.cookie = `${CONSENT}=${encodeURIComponent(JSON.stringify(said))}; path=/; SameSite=Lax`;
      const detail = {
        analyticsAllowed: isAllowed("analytics"),
        marketingAllowed: isAllowed("marketing"),
        preferencesAllowed: isAllowed("preferences"),
        saleOfDataAllowed: isAllowed("sale_of_data"),
      };
      document.dispatchEvent(new CustomEvent("visitorConsentCollected", { detail }));
      callback?.({});
    },
  };

  const published = [];
  const publish = (name, data = {}) => {
    published.push({ name, data });
    if (!isAllowed("analytics")) return Promise.resolve(false);
    const body = JSON.stringify({ name, data });
    return fetch("/.published-events", { method: "POST", body, keepalive: true }).then(() => true);
  };

  window.Shopify = {
    ...facts,
    routes: { root: "/" },
    theme: { id: 1, name: "Dawn and Dusk", role: "main" },
    designMode: false,
    analytics: { publish, published, visitor: async () => true },
    loadFeatures(features, callback) {
      const unknown = features.find(({ name }) => name !== "consent-tracking-api");
      if (!unknown) window.Shopify.customerPrivacy = customerPrivacy;
      setTimeout(() => callback?.(unknown ? new Error(`Unknown feature ${unknown.name}`) : undefined));
    },
    formatMoney: (hundredths) =>
      new Intl.NumberFormat(facts.locale, { style: "currency", currency: facts.currency.active }).format(
        hundredths / 100,
      ),
  };
}
