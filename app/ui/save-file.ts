import { useState } from "react";

/** Fetches the URL (App Bridge adds the session token) and saves the answer as a file. Throws where the answer is an error. */
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

/** For a download button. `busy`: the file is being fetched. `failed`: the last attempt failed. */
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
