import { wholeNumber } from "../setup/command-line.ts";

/** A whole number from the environment. */
export const setting = (name: string, otherwise: number, bounds: [number, number]): number =>
  wholeNumber(name, process.env[name] || String(otherwise), bounds);
