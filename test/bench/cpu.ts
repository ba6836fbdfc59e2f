// CPU time of processes, from /proc. Null where there is no /proc.
import fs from "node:fs";

const MICROSECONDS_PER_TICK = 10_000;

function read(pid: number): { parent: number; microseconds: number } | null {
  try {
    const text = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    // The process name in parentheses may contain any character.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0);
    return { parent: Number(fields[1]), microseconds: ticks * MICROSECONDS_PER_TICK };
  } catch {
    return null;
  }
}

/** The process, its ended children, and its running children. */
export function cpuOfTree(root: number): number | null {
  const own = read(root);
  if (!own) return null;
  const pids = fs.readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  return pids.reduce((sum, pid) => {
    const process = pid === root ? null : read(pid);
    return process?.parent === root ? sum + process.microseconds : sum;
  }, own.microseconds);
}
