// Errors of a command's user: each has a sentence that says how to correct the input, and an exit code of sysexits.h.
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

/** Reads a whole number within bounds. Throws a WrongInput that names the option. */
export function wholeNumber(name: string, text: string, [least, most]: [number, number]): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new WrongInput(`${name} must be a whole number from ${least} to ${most}, not "${text}".`);
}

/** Runs a command. Prints the sentence of a WrongInput, and exits with its code. Prints the stack of any other error, and exits with 1. */
export async function runCommand(command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    const isWrongInput = error instanceof WrongInput;
    process.stderr.write(`${isWrongInput ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = isWrongInput ? error.exit : 1;
  }
}
