import { vitePlugin as remix } from "@remix-run/dev";
import { defineConfig } from "vite";

// A loader's data keep their types on the way to the browser: an Instant stays one.
declare module "@remix-run/node" {
  interface Future {
    v3_singleFetch: true;
  }
}

/** What the pages load in the browser. */
const SERVED_WHOLE = [
  "react",
  "react-dom",
  "react-dom/client",
  "react/jsx-runtime",
  "react/jsx-dev-runtime",
  "react-i18next",
  "i18next",
  "@remix-run/react",
  "@shopify/app-bridge-react",
  "@shopify/polaris",
  "@shopify/polaris-icons",
  "@shopify/shopify-app-remix/server",
  "@codemirror/autocomplete",
  "@codemirror/commands",
  "@codemirror/language",
  "@codemirror/lint",
  "@codemirror/state",
  "@codemirror/view",
];

export default defineConfig(({ isSsrBuild }) => ({
  plugins: [
    remix({
      ignoredRouteFiles: ["**/.*", "**/*.test.*"],
      future: {
        v3_fetcherPersist: true,
        v3_relativeSplatPath: true,
        v3_throwAbortReason: true,
        // Every browser is told all routes at once: there are few, and to look for those of an address that somebody made
        // up took the server seconds.
        v3_lazyRouteDiscovery: false,
        v3_singleFetch: true,
      },
    }),
  ],
  // The server tells of a plugin's failure by the plugin's own line.
  build: { assetsInlineLimit: 0, sourcemap: isSsrBuild === true },
  // In development Vite would find the server's packages one by one and load the page anew at each. What is not here is
  // served as it lies, which a package of ES modules bears.
  optimizeDeps: { noDiscovery: true, include: SERVED_WHOLE },
}));
