import type { AskedSurvey, SubmittedAnswer } from "../../../app/surveys/wire.ts";

const orderId = (): string => shopify.orderConfirmation.value.order.id;

/** The token of the order's checkout proves that the shopper placed the order. The order's id alone proves nothing. */
const checkoutToken = (): string | undefined => shopify.checkoutToken?.value ?? undefined;

async function call(init: RequestInit, search = ""): Promise<Response> {
  const headers = { Authorization: `Bearer ${await shopify.sessionToken.get()}`, "Content-Type": "application/json" };
  return fetch(`${process.env.APP_URL}/checkout/survey${search}`, { ...init, headers });
}

/** The handles of the questions that the shopper answered in the storefront. The survey block writes them into the cart. */
function answeredBefore({ id, since }: AskedSurvey): string[] {
  const attribute = shopify.attributes?.value?.find(({ key }) => key === "regulars_answered")?.value ?? "";
  const [survey, ...handles] = attribute.split(" ");
  return survey === `${id}-${since}` ? handles : [];
}

/** Null where no survey is asked, or the app has an answer to every question. */
export async function fetchSurvey(): Promise<AskedSurvey | null> {
  const asked = new URLSearchParams({ locale: shopify.localization.language.value.isoCode, order: orderId() });
  const checkout = checkoutToken();
  if (checkout) asked.set("checkout", checkout);
  const answer = await call({ method: "GET" }, `?${asked}`);
  if (answer.status !== 200) return null;
  const survey = (await answer.json()) as AskedSurvey;
  const before = answeredBefore(survey);
  const questions = survey.questions.filter(({ handle }) => !before.includes(handle));
  const answered = (survey.answered ?? 0) + survey.questions.length - questions.length;
  return { ...survey, answered, questions };
}

/**
 * Sends one answer, so that the app keeps the answers of an unfinished survey. `closed`: the app takes no more answers to the
 * survey. Throws where the answer may not have arrived: the answer can be sent again.
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
