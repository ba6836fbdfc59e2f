import { readiness } from "../readiness.server.ts";

/** Whether the process can work: 503 with the reasons where the process cannot. */
export const loader = async () => {
  const { ready, checks } = await readiness();
  return Response.json({ ready, checks }, { status: ready ? 200 : 503, headers: { "Cache-Control": "no-store" } });
};
