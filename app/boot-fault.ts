// Why a process does not start, in a sentence that says how to mend it.

type Fault = Error & {
  code?: string;
  hostname?: string;
  address?: string;
  port?: number;
  errors?: unknown[];
  /** The name of the port's setting, if `listen` failed. */
  setting?: string;
};

const DATABASE = "DATABASE_URL, or APP_DATABASE_URL and DOOR_DATABASE_URL";

const taken = (fault: Fault) =>
  `Another program already listens on ${placeOf(fault)}. End that program, or set ${fault.setting} to a free port.`;
const forbidden = (fault: Fault) =>
  `This process isn't allowed to listen on ${placeOf(fault)}. Set ${fault.setting} to 1024 or more, and HOST to an address of this machine.`;
const unknown = (fault: Fault) =>
  `HOST is wrong: the name ${fault.hostname} can't be resolved (${fault.code}). Set HOST to an address of this machine, or to 0.0.0.0 for all its addresses.`;

/** Sentences by error code, where `listen` failed. */
const LISTEN_FAULTS: Record<string, (fault: Fault) => string> = {
  EADDRINUSE: taken,
  EADDRNOTAVAIL: forbidden,
  EACCES: forbidden,
  EINVAL: forbidden,
  ENOTFOUND: unknown,
  EAI_AGAIN: unknown,
};

const away = (fault: Fault) =>
  `The database${placeOf(fault) && ` at ${placeOf(fault)}`} does not answer (${fault.code ?? fault.message}). Start the database, or correct ${DATABASE}.`;
const refused = (fault: Fault) =>
  `The database refuses the connection: ${fault.message}. Correct ${DATABASE}, or run \`npm run migrate -- deploy\`, which creates the roles.`;
const full = (fault: Fault) => `The disk is full (${fault.message}). Free some space, and start again.`;
const unmigrated = (fault: Fault) => `Migrations are missing (${fault.message}): run \`npm run migrate -- deploy\`.`;

/** Sentences by code of Node's network errors and of PostgreSQL: https://www.postgresql.org/docs/18/errcodes-appendix.html */
const DATABASE_FAULTS: Record<string, (fault: Fault) => string> = {
  ECONNREFUSED: away,
  ECONNRESET: away,
  EHOSTUNREACH: away,
  ENETUNREACH: away,
  ENOTFOUND: away,
  EAI_AGAIN: away,
  ETIMEDOUT: away,
  ENOSPC: full,
  "53100": full,
  "57P03": away,
  "28000": refused,
  "28P01": refused,
  "3D000": refused,
  "42P01": unmigrated,
  "3F000": unmigrated,
};

/** The sentence to print. An unforeseen error gives its stack, for developers, and never its properties: they may quote rows. */
export function bootFault(error: unknown): string {
  const fault = firstOf(error);
  const sentence = (fault.setting ? LISTEN_FAULTS : DATABASE_FAULTS)[fault.code ?? ""];
  if (sentence) return sentence(fault);
  if (/timeout expired/.test(fault.message)) return away(fault);
  const isSentence = fault.constructor === Error && fault.code === undefined;
  return isSentence ? fault.message : (fault.stack ?? fault.message);
}

/** Node throws an AggregateError where it tried several addresses of one host: takes the first error. */
function firstOf(error: unknown): Fault {
  if (!(error instanceof Error)) return new Error(String(error));
  const [first] = (error as Fault).errors ?? [];
  return first instanceof Error ? first : error;
}

function placeOf({ hostname, address, port }: Fault): string {
  const host = hostname ?? address ?? "";
  if (port === undefined) return host;
  return host === "" ? `port ${port}` : `${host}:${port}`;
}
