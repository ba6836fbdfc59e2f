import type { AskedSurvey, SubmittedAnswer } from "../../../app/surveys/wire.ts";

const orderId = (): string => shopify.orderConfirmation.value.order.id;

async function call(init: RequestInit, search = ""): Promise<Response> {
  const headers = { Authorization: `Bearer ${await shopify.sessionToken.get()}`, "Content-Type": "application/json" };
  return fetch(`${process.env.APP_URL}/checkout/survey${search}`, { ...init, headers });
}

/** Null when nothing is asked now. */
export async function fetchSurvey(): Promise<AskedSurvey | null> {
  const locale = shopify.localization.language.value.isoCode;
  const answer = await call({ method: "GET" }, `?locale=${encodeURIComponent(locale)}`);
  return answer.status === 200 ? ((await answer.json()) as AskedSurvey) : null;
}

/** Answers are kept one by one: a survey left half-way keeps what it has. Throws when the answer did not arrive. */
export async function sendAnswer(survey: AskedSurvey, answer: SubmittedAnswer): Promise<void> {
  const body = JSON.stringify({
    survey: survey.id,
    version: survey.version,
    locale: shopify.localization.language.value.isoCode,
    order: orderId(),
    answers: [answer],
  });
  const reply = await call({ method: "POST", body });
  if (!reply.ok) throw new Error(`answered ${reply.status}`);
}
