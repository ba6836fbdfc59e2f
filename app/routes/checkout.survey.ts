// The thank-you page's door: which survey is asked, and its answers one by one.
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { registryFor } from "../plugins/installed.server.ts";
import { checkoutShopper } from "../shopper.server.ts";
import { askSurvey } from "../surveys/ask.ts";
import { submitAnswers } from "../surveys/answer.server.ts";
import { readSubmission } from "../surveys/submission.ts";
import { surveyOn } from "../surveys/survey.server.ts";

export const loader = async ({ request }: LoaderFunctionArgs) => {
  const { shop, customerId, cors } = await checkoutShopper(request);
  const survey = await surveyOn(shop, "thank_you", customerId);
  if (!survey) return cors(new Response(null, { status: 204 }));
  const { questionKinds } = await registryFor(shop);
  const locale = new URL(request.url).searchParams.get("locale") ?? "en";
  return cors(Response.json(askSurvey(survey, locale, questionKinds)));
};

export const action = async ({ request }: ActionFunctionArgs) => {
  const { shop, customerId, cors } = await checkoutShopper(request);
  const sent = await readSubmission(request);
  if (!sent?.order) return cors(Response.json({ ok: false }, { status: 400 }));
  const { questionKinds } = await registryFor(shop);
  const who = { surface: "thank_you", orderClaim: sent.order, customerId, anonymousId: null } as const;
  const result = await submitAnswers(shop, sent.submission, who, questionKinds);
  return cors(Response.json(result, { status: result.ok ? 200 : 422 }));
};
