import type { LoaderFunctionArgs } from "@remix-run/node";
import { mayScrape, metricsText, METRICS_TYPE } from "../metrics.server.ts";
import { measureBacklog } from "../sync/inbox/backlog.server.ts";

export const loader = async ({ request, context }: LoaderFunctionArgs) => {
  if (!mayScrape(request.headers, context["remoteAddress"])) throw new Response("Not Found", { status: 404 });
  await measureBacklog();
  return new Response(await metricsText(), { headers: { "Content-Type": METRICS_TYPE, "Cache-Control": "no-store" } });
};
