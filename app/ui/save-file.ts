/** Fetches with the frame's session token and hands the answer to the browser as a file. Throws when it is refused. */
export async function saveFile(address: string, name: string): Promise<void> {
  const reply = await fetch(address);
  if (!reply.ok) throw new Error(`answered ${reply.status}`);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await reply.blob());
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
