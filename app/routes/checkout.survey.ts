// The thank-you page's door: gives the survey to ask, and takes its answers one at a time.
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { registryFor } from "../plugins/installed.server.ts";
import { noteBlockSeen } from "../shopify/blocks.server.ts";
import { checkoutShopper, type CheckoutShopper } from "../shopify/shopper.server.ts";
import { answeredQuestions, statusOf, submitWhereAsked } from "../surveys/answers/answer.server.ts";
import type { Respondent } from "../surveys/answers/respondent.ts";
import { askSurvey } from "../surveys/answers/ask.ts";
import { noteShown } from "../surveys/answers/shown.server.ts";
import { checkoutOf, localeOf, orderOf, readSubmission } from "../surveys/answers/submission.ts";
import { readAskedSince, surveyOn } from "../surveys/survey.server.ts";

type Claim = { order: string | null; checkout: string | null };

const buyer = ({ order, checkout }: Claim, { customerId, token }: CheckoutShopper): Respondent => ({
  surface: "thank_you",
  orderClaim: order,
  checkoutToken: checkout,
  customerId,
  anonymousId: null,
  token,
});

/** 204: no survey is asked, or every question is answered. */
export const loader = async ({ request }: LoaderFunctionArgs) => {
  const shopper = await checkoutShopper(request);
  const { shop, customerId, cors } = shopper;
  await noteBlockSeen(shop, "thank_you");
  const survey = await surveyOn(shop, "thank_you", customerId);
  if (!survey) return cors(new Response(null, { status: 204 }));
  const { questionKinds } = await registryFor(shop);
  const asked = new URL(request.url).searchParams;
  const since = await readAskedSince(shop, survey);
  const { questions, ...whole } = askSurvey({ ...survey, since }, localeOf(asked.get("locale")), questionKinds);
  const who = buyer({ order: orderOf(asked.get("order")), checkout: checkoutOf(asked.get("checkout")) }, shopper);
  const answered = await answeredQuestions(shop, survey, who);
  const open = questions.filter(({ handle }) => !answered.includes(handle));
  if (open.length === 0) return cors(new Response(null, { status: 204 }));
  await noteShown(shop, survey, who);
  return cors(Response.json({ ...whole, answered: questions.length - open.length, questions: open }));
};

export const action = async ({ request }: ActionFunctionArgs) => {
  const shopper = await checkoutShopper(request);
  const { shop, cors } = shopper;
  if (request.method !== "POST") return cors(Response.json({ ok: false }, { status: 405 }));
  const sent = await readSubmission(request);
  if (!sent?.order) return cors(Response.json({ ok: false }, { status: 400 }));
  const { questionKinds } = await registryFor(shop);
  const result = await submitWhereAsked(shop, sent.submission, buyer(sent, shopper), questionKinds);
  return cors(Response.json(result, { status: statusOf(result) }));
};
