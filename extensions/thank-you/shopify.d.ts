import "@shopify/ui-extensions";

type Api = import("@shopify/ui-extensions/purchase.thank-you.block.render").Api;

declare module "./src/thank-you.tsx" {
  const shopify: Api;
}
declare module "./src/question.tsx" {
  const shopify: Api;
}
declare module "./src/survey-api.ts" {
  const shopify: Api;
  /** Replaced when the extension is built. */
  const process: { env: { APP_URL: string } };
}
