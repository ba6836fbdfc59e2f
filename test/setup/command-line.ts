// What a person gets wrong when she calls a command: a sentence that says how to mend it, and an exit code of sysexits.h.
import { parseArgs, type ParseArgsConfig } from "node:util";

export const EXIT = { usage: 64, data: 65, noInput: 66, tryLater: 75 } as const;

export class WrongInput extends Error {
  readonly exit: number;
  constructor(sentence: string, exit: number = EXIT.usage) {
    super(sentence);
    this.exit = exit;
  }
}

type Read<Config extends ParseArgsConfig> = ReturnType<typeof parseArgs<Config & { allowPositionals: true }>>;

export function readCommandLine<Config extends ParseArgsConfig>(config: Config, usage: string): Read<Config> {
  try {
    return parseArgs({ ...config, allowPositionals: true as const });
  } catch (error) {
    if (!(error instanceof TypeError && "code" in error)) throw error;
    throw new WrongInput(`${sentenceOf(error.message)}\nusage: ${usage}`);
  }
}

function sentenceOf(message: string): string {
  const [, option] = /^Option '(?:-\w, )?(--[\w-]+).*(?:ambiguous|argument missing)/s.exec(message) ?? [];
  if (option) return `Give ${option} its value, one that does not begin with a dash.`;
  return /^[^.\n]*/.exec(message)?.[0].concat(".") ?? message;
}

/** A whole number within bounds; anything else is told by the option's name. */
export function wholeNumber(name: string, text: string, [least, most]: [number, number]): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new WrongInput(`${name} must be a whole number from ${least} to ${most}, not "${text}".`);
}

/** Runs a command. What it was given wrong is told in its sentence, everything else with its story; exit 1. */
export async function runCommand(command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    const isTold = error instanceof WrongInput;
    process.stderr.write(`${isTold ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = isTold ? error.exit : 1;
  }
}
