import type { AskedSurvey, SubmittedAnswer } from "../../../app/surveys/wire.ts";

const orderId = (): string => shopify.orderConfirmation.value.order.id;

async function call(init: RequestInit, search = ""): Promise<Response> {
  const headers = { Authorization: `Bearer ${await shopify.sessionToken.get()}`, "Content-Type": "application/json" };
  return fetch(`${process.env.APP_URL}/checkout/survey${search}`, { ...init, headers });
}

/** Null when nothing is asked now, or all of it is answered for this order. */
export async function fetchSurvey(): Promise<AskedSurvey | null> {
  const asked = new URLSearchParams({ locale: shopify.localization.language.value.isoCode, order: orderId() });
  const answer = await call({ method: "GET" }, `?${asked}`);
  return answer.status === 200 ? ((await answer.json()) as AskedSurvey) : null;
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
    answers: [answer],
  });
  const reply = await call({ method: "POST", body });
  if (reply.status === 422 || reply.status === 404) return "closed";
  if (!reply.ok) throw new Error(`answered ${reply.status}`);
  return "kept";
}
