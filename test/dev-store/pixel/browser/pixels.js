// Shopify's manager of pixels on a page: loads the app's pixel into a worker once all permissions that the pixel needs are given, and
// passes events to the pixel. `storePixels.publish` is for events that scripts of the page publish.

window.storePixels = (() => {
  const facts = JSON.parse(document.getElementById("pixel-facts").textContent);
  const { isAllowed } = window.storeConsent;
  const CLIENT = "_client_id";
  const kept = document.cookie.split("; ").find((part) => part.startsWith(`${CLIENT}=`));
  const clientId = kept?.slice(CLIENT.length + 1) ?? crypto.randomUUID();
  document.cookie = `${CLIENT}=${clientId}; path=/; SameSite=Lax`;
  let worker = null;
  let seq = 0;

  const customerPrivacy = () => ({
    analyticsProcessingAllowed: isAllowed("analytics"),
    marketingAllowed: isAllowed("marketing"),
    preferencesProcessingAllowed: isAllowed("preferences"),
    saleOfDataAllowed: isAllowed("sale_of_data"),
  });

  function load() {
    if (worker || !facts.needs.every((purpose) => isAllowed(purpose))) return;
    worker = new Worker("/cdn/shopifycloud/pixel/worker.js");
    worker.onmessage = ({ data }) => data.error && console.error(`Web pixel: ${data.error}`);
    const { settings, data, sandbox, bundle } = facts;
    worker.postMessage({ settings, init: { data, customerPrivacy: customerPrivacy() }, sandbox, bundle });
  }

  function happen(name, type, more) {
    seq += 1;
    const { href, origin, host, pathname } = location;
    const page = { location: { href, origin, host, pathname }, referrer: document.referrer, title: document.title };
    const id = `sh-${crypto.randomUUID()}`;
    const event = { id, clientId, name, timestamp: new Date().toISOString(), seq, type, context: { document: page } };
    worker?.postMessage({ channel: "analytics", name, event: { ...event, ...more } });
  }

  document.addEventListener("visitorConsentCollected", () => {
    worker?.postMessage({
      channel: "privacy",
      name: "visitorConsentCollected",
      event: { customerPrivacy: customerPrivacy() },
    });
    load();
  });
  load();
  happen("page_viewed", "standard", { data: {} });
  const { checkout } = facts;
  // Once for an order, and not when the page is loaded again.
  if (checkout && !sessionStorage.getItem(`completed ${checkout.token}`)) {
    sessionStorage.setItem(`completed ${checkout.token}`, "1");
    happen("checkout_completed", "standard", { data: { checkout } });
  }
  return { publish: (name, customData) => happen(name, "custom", { customData }) };
})();
