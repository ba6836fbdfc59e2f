import pino from "pino";
import { env } from "./env.server.ts";

export type Logger = pino.Logger;

// Log lines have ids, counts and topics. Values under these names are personal data or secrets, and are removed from every line.
const SECRET = ["email", "phone", "firstName", "lastName", "first_name", "last_name", "address1", "note", "body"];
const TOKENS = ["accessToken", "refreshToken", "access_token", "refresh_token", "authorization", "secret", "token"];
const names = [...SECRET, ...TOKENS];
/** E-mail addresses and phone numbers are removed wherever they are in a line. */
const PERSONAL = /[\p{L}\p{N}._%+-]{1,320}@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+|\+\d{8,15}\b/gu;

export const log: Logger = pino({
  level: env.LOG_LEVEL,
  base: { process: env.PROCESS_NAME },
  redact: { paths: [...names, ...names.map((name) => `*.${name}`)], censor: "[removed]" },
  hooks: { streamWrite: (line) => line.replace(PERSONAL, "[removed]") },
  serializers: {
    // A database error is logged without its detail, which quotes row values.
    err: (error: Error & { code?: string }) => ({ name: error.name, code: error.code, stack: stackOf(error) }),
  },
});

const FRAME = /^\s+at (?:[^(]*\()?(?:\S*:\d+:\d+|<anonymous>|index \d+|native)\)?$/;

/** The stack's frames without the message, which may quote input on several lines. */
function stackOf({ stack = "", message }: Error): string {
  const head = message === "" ? -1 : stack.indexOf(message);
  const frames = head < 0 ? stack : stack.slice(head + message.length);
  return frames
    .split("\n")
    .filter((line) => FRAME.test(line))
    .slice(0, 12)
    .join("\n");
}
