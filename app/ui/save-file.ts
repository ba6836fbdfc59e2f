import { useState } from "react";

/** Fetches with the frame's session token and hands the answer to the browser as a file. Throws when it is refused. */
async function saveFile(address: string, name: string): Promise<void> {
  const reply = await fetch(address);
  if (!reply.ok) throw new Error(`answered ${reply.status}`);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await reply.blob());
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

type State = "idle" | "busy" | "failed";

/** A button's worth of it: whether it is under way, and whether the last try failed. */
export function useExport(address: string, name: string) {
  const [state, setState] = useState<State>("idle");
  const save = () => {
    setState("busy");
    saveFile(address, name).then(
      () => setState("idle"),
      () => setState("failed"),
    );
  };
  return { save, busy: state === "busy", failed: state === "failed" };
}
