// Shopify's scripts on every storefront page: window.Shopify with the shop's data, the Customer Privacy API (once a script has
// requested it), and analytics.publish.

{
  const facts = JSON.parse(document.getElementById("shopify-facts").textContent);
  const { purposes, read: readConsent, mustAsk, isAllowed, write } = window.storeConsent;

  const customerPrivacy = {
    analyticsProcessingAllowed: () => isAllowed("analytics"),
    marketingAllowed: () => isAllowed("marketing"),
    preferencesProcessingAllowed: () => isAllowed("preferences"),
    saleOfDataAllowed: () => isAllowed("sale_of_data"),
    currentVisitorConsent: () => Object.fromEntries(purposes.map((purpose) => [purpose, readConsent()[purpose] ?? ""])),
    shouldShowBanner: () => mustAsk() && Object.keys(readConsent()).length === 0,
    saleOfDataRegion: () => false,
    getRegion: () => facts.country,
    setTrackingConsent(consent, callback) {
      write(consent);
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
    window.storePixels?.publish(name, data);
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
