// The app's settings in tests. each-file.ts adds the settings of the database.
export const testEnvironment = {
  NODE_ENV: "test" as const,
  TZ: "UTC",
  LOG_LEVEL: "silent",
  SHOPIFY_API_KEY: "test-client-id",
  SHOPIFY_API_SECRET: "test-client-secret",
  SHOPIFY_APP_URL: "https://app.example.com",
  ENCRYPTION_KEY: Buffer.alloc(32, 7).toString("base64"),
};
