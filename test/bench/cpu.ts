// CPU time of processes, from /proc: null where there is none.
import fs from "node:fs";

const MICROSECONDS_PER_TICK = 10_000;

function read(pid: number): { parent: number; microseconds: number } | null {
  try {
    const text = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold anything.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0);
    return { parent: Number(fields[1]), microseconds: ticks * MICROSECONDS_PER_TICK };
  } catch {
    return null;
  }
}

/** The process, what it waited for, and the children that live. */
export function cpuOfTree(root: number): number | null {
  const own = read(root);
  if (!own) return null;
  const pids = fs.readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  return pids.reduce((sum, pid) => {
    const process = pid === root ? null : read(pid);
    return process?.parent === root ? sum + process.microseconds : sum;
  }, own.microseconds);
}
