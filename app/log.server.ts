import pino from "pino";
import { env } from "./env.server.ts";

export type Logger = pino.Logger;

// Log lines carry ids, counts and topics. Values under these names are personal data or secrets, wherever they turn up.
const SECRET = ["email", "phone", "firstName", "lastName", "first_name", "last_name", "address1", "note", "body"];
const TOKENS = ["accessToken", "refreshToken", "access_token", "refresh_token", "authorization", "secret", "token"];
const names = [...SECRET, ...TOKENS];

export const log: Logger = pino({
  level: env.LOG_LEVEL,
  base: { process: env.PROCESS_NAME },
  redact: { paths: [...names, ...names.map((name) => `*.${name}`)], censor: "[removed]" },
  serializers: {
    // A database error's detail quotes row values.
    err: (error: Error & { code?: string }) => ({ name: error.name, code: error.code, stack: stackOf(error) }),
  },
});

/** The frames without the message, which may quote input. */
function stackOf(error: Error): string {
  return (error.stack ?? "")
    .split("\n")
    .filter((line) => line.trimStart().startsWith("at "))
    .slice(0, 12)
    .join("\n");
}
