// What the pixel uses of Shopify's Web Pixels API. The package @shopify/web-pixels-extension does no more than to call
// `shopify.extend`, as the pixel does itself. https://shopify.dev/docs/api/web-pixels-api/standard-api

/** `id`: the same for each copy of the event. `clientId`: Shopify's random id of the browser. `timestamp`: ISO 8601. */
export type PixelEvent = {
  id: string;
  clientId: string;
  timestamp: string;
  context: { document: { location: { origin: string }; referrer: string } };
  /** Of Shopify's own events. */
  data?: { checkout?: { token?: string } };
  /** Of events that a theme or an app publishes. */
  customData?: { offer?: string };
};

type CustomerPrivacy = { customerPrivacy: { analyticsProcessingAllowed: boolean } };

export type Api = {
  analytics: { subscribe(name: string, callback: (event: PixelEvent) => void): void };
  customerPrivacy: { subscribe(name: "visitorConsentCollected", callback: (event: CustomerPrivacy) => void): void };
  init: CustomerPrivacy & { data: { customer?: object | null } };
  settings: { shop: string; account: string; url: string };
};

declare global {
  const shopify: { extend(point: "WebPixel::Render", callback: (api: Api) => void): void };
}
