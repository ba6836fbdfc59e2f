// The only reader of process.env. A bad setting stops the boot with a sentence that says how to mend it.
import { z } from "zod";

const settings = z.object({
  APP_DATABASE_URL: z.string().default(""),
  DOOR_DATABASE_URL: z.string().default(""),
  DATABASE_POOL: z.coerce.number().int().min(2).max(200).default(10),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  PROCESS_NAME: z.string().default("regulars"),
  PORT: z.coerce.number().int().min(0).max(65535).default(3000),
  HOST: z.string().default("0.0.0.0"),
  SHOPIFY_API_KEY: z.string().default(""),
  SHOPIFY_API_SECRET: z.string().default(""),
  /** Still accepted for webhooks while Shopify changes over to a new secret. */
  SHOPIFY_API_SECRET_OLD: z.string().optional(),
  SHOPIFY_APP_URL: z.string().default("http://localhost:3000"),
  /** 32 bytes in base64: encrypts tokens at rest, and keys the hashes of redacted people. */
  ENCRYPTION_KEY: z.string().default(""),
});

export const env = settings.parse(process.env);
