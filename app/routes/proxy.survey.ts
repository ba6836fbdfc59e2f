// The storefront's door for survey answers, behind the app proxy.
import type { ActionFunctionArgs } from "@remix-run/node";
import { registryFor } from "../plugins/installed.server.ts";
import { noteBlockSeen } from "../shopify/blocks.server.ts";
import { proxyShopper } from "../shopify/shopper.server.ts";
import { statusOf, submitWhereAsked } from "../surveys/answers/answer.server.ts";
import { readSubmission } from "../surveys/answers/submission.ts";

export const loader = () => Response.json({ ok: false }, { status: 405 });

export const action = async ({ request }: ActionFunctionArgs) => {
  if (request.method !== "POST") return Response.json({ ok: false }, { status: 405 });
  const { shop, customerId, address } = await proxyShopper(request);
  const sent = await readSubmission(request);
  if (!sent) return Response.json({ ok: false }, { status: 400 });
  const { questionKinds } = await registryFor(shop);
  const who = {
    surface: "storefront",
    orderClaim: null,
    customerId,
    anonymousId: customerId ? null : sent.visitor,
    address,
  } as const;
  const result = await submitWhereAsked(shop, sent.submission, who, questionKinds);
  if (result.ok) await noteBlockSeen(shop, "survey");
  return Response.json(result, { status: statusOf(result) });
};
