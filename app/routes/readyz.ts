import { readiness } from "../readiness.server.ts";

/** The process can do its work: 503 with the reasons when it can't. */
export const loader = async () => {
  const { ready, checks } = await readiness();
  return Response.json({ ready, checks }, { status: ready ? 200 : 503, headers: { "Cache-Control": "no-store" } });
};
