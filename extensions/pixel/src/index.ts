// The web pixel: tells the app which offers shoppers see and click, where a visit begins, and which checkout a browser completed. It
// sends Shopify's random id of the browser and no data of a person. Shopify runs it in a worker without a page, and only for
// shoppers who allow analytics.
import type { Api, PixelEvent } from "./api.ts";

const BATCH_MS = 1500;
const MOST = 25;
/** For so long the pixel sends nothing after the app refused events. */
const QUIET_MS = 60_000;

shopify.extend("WebPixel::Render", ({ analytics, customerPrivacy, init, settings }: Api) => {
  const { shop, account, url } = settings;
  let isAllowed = init.customerPrivacy.analyticsProcessingAllowed;
  let isFirst = true;
  let quietUntil = 0;
  const waiting: object[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  const take = (): object[] => {
    clearTimeout(timer);
    timer = undefined;
    return waiting.splice(0);
  };

  const send = async () => {
    const body = JSON.stringify({ shop, account, events: take() });
    try {
      // A text without further headers needs no preflight. `keepalive`: the request outlives the page.
      const { status } = await fetch(url, { method: "POST", body, keepalive: true, credentials: "omit" });
      if (status === 429 || status === 503) quietUntil = Date.now() + QUIET_MS;
    } catch {
      // The app cannot be reached. The events are lost, and the shopper's page has no error.
    }
  };

  /** The worker ends with its page, so that the first event and events before a page ends are sent at once. */
  const add = ({ id, clientId, timestamp }: PixelEvent, name: string, data: object, isUrgent = false) => {
    if (!isAllowed || Date.now() < quietUntil) return;
    waiting.push({ id, client: clientId, at: timestamp, name, ...data });
    if (isFirst || isUrgent || waiting.length === MOST) void send();
    else timer ??= setTimeout(() => void send(), BATCH_MS);
    isFirst = false;
  };

  customerPrivacy.subscribe("visitorConsentCollected", ({ customerPrivacy: { analyticsProcessingAllowed } }) => {
    isAllowed = analyticsProcessingAllowed;
    if (!isAllowed) take();
  });
  analytics.subscribe("page_viewed", (event) => {
    const { location, referrer } = event.context.document;
    if (!referrer.startsWith(`${location.origin}/`))
      add(event, "storefront.visited", { signedIn: Boolean(init.data.customer) });
  });
  analytics.subscribe("regulars:offer_seen", (event) => add(event, "offer.seen", { offer: event.customData?.offer }));
  analytics.subscribe("regulars:offer_clicked", (event) =>
    add(event, "offer.clicked", { offer: event.customData?.offer }, true),
  );
  analytics.subscribe("checkout_completed", (event) =>
    add(event, "checkout.completed", { token: event.data?.checkout?.token }, true),
  );
});
