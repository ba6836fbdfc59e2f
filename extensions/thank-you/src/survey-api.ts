import type { AskedSurvey, SubmittedAnswer } from "../../../app/surveys/wire.ts";

const orderId = (): string => shopify.orderConfirmation.value.order.id;

/** Proves the order where it is the order's own: an order's id alone proves nothing. */
const checkoutToken = (): string | undefined => shopify.checkoutToken?.value ?? undefined;

async function call(init: RequestInit, search = ""): Promise<Response> {
  const headers = { Authorization: `Bearer ${await shopify.sessionToken.get()}`, "Content-Type": "application/json" };
  return fetch(`${process.env.APP_URL}/checkout/survey${search}`, { ...init, headers });
}

/** Handles of the questions that a visitor answered in the storefront: the survey's block writes them into the cart. */
function answeredBefore({ id, since }: AskedSurvey): string[] {
  const told = shopify.attributes?.value?.find(({ key }) => key === "regulars_answered")?.value ?? "";
  const [survey, ...handles] = told.split(" ");
  return survey === `${id}-${since}` ? handles : [];
}

/** Null when nothing is asked now, or all of it is answered. */
export async function fetchSurvey(): Promise<AskedSurvey | null> {
  const asked = new URLSearchParams({ locale: shopify.localization.language.value.isoCode, order: orderId() });
  const checkout = checkoutToken();
  if (checkout) asked.set("checkout", checkout);
  const answer = await call({ method: "GET" }, `?${asked}`);
  if (answer.status !== 200) return null;
  const survey = (await answer.json()) as AskedSurvey;
  const answered = answeredBefore(survey);
  return { ...survey, questions: survey.questions.filter(({ handle }) => !answered.includes(handle)) };
}

/**
 * Answers are kept one by one: a survey left half-way keeps what it has. `closed`: the app will take none any more, now or
 * later. Throws when the answer did not arrive, and may when it is sent again.
 */
export async function sendAnswer(survey: AskedSurvey, answer: SubmittedAnswer): Promise<"kept" | "closed"> {
  const body = JSON.stringify({
    survey: survey.id,
    version: survey.version,
    locale: shopify.localization.language.value.isoCode,
    order: orderId(),
    checkout: checkoutToken(),
    answers: [answer],
  });
  const reply = await call({ method: "POST", body });
  if (reply.status === 422 || reply.status === 404) return "closed";
  if (!reply.ok) throw new Error(`answered ${reply.status}`);
  return "kept";
}
