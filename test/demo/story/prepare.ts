// Act two: the merchant creates a segment, an offer for the segment, and a survey.
import type { NewOffer, NewSegment, NewSurvey } from "../people/merchant.ts";
import { must, until, type Step } from "./step.ts";

export const REGULARS: NewSegment = { name: "Regulars", query: "number_of_orders >= 2" };

export const OFFER: Omit<NewOffer, "segment"> = {
  name: "Thank you for coming back",
  percent: 15,
  code: "WELCOMEBACK",
  title: "15% off for coming back",
  text: "On your whole next order.",
};

export const SURVEY: NewSurvey = {
  name: "Would you recommend us",
  handle: "recommend",
  title: "How are we doing?",
  score: "How likely are you to recommend us to a friend?",
  why: "What is the main reason?",
};

const segment: Step = {
  name: "segment",
  async play({ merchant, timeoutMs, notes }) {
    notes.segment = await merchant.createSegment(REGULARS);
    const id = notes.segment.split("/").at(-1) ?? "";
    const count = await until("the segment is evaluated", timeoutMs, async () => {
      const { text } = await merchant.read(`/app/customers?segment=${id}`);
      const found = /of [\d,]+, ([\d,]+) customers/.exec(text)?.[1];
      return found && found !== "0" ? found : null;
    });
    return `the merchant creates the segment “${REGULARS.name}”, ${REGULARS.query}: the customers page lists ${count} members`;
  },
};

const offer: Step = {
  name: "offer",
  async play({ merchant, timeoutMs, notes }) {
    notes.offer = await merchant.createOffer({ ...OFFER, segment: { ...REGULARS, path: notes.segment } });
    const row = await until("the store's admin lists the discount", timeoutMs, async () => {
      const page = await merchant.visitor.open("/admin/discounts");
      const rows = [...page.document.querySelectorAll("tbody tr")];
      return rows.find((one) => one.textContent?.includes(OFFER.code)) ?? null;
    });
    const [, , value = "", eligibility = "", status = ""] = [...row.children].map(
      (cell) => cell.textContent?.trim() ?? "",
    );
    must(value.startsWith(`${OFFER.percent}%`), `the discount gives ${value}`);
    must(eligibility !== "All customers", "the discount is for all customers");
    return `the store's admin lists the discount ${OFFER.code}: ${value}, ${status.toLowerCase()}, for ${eligibility}`;
  },
};

const survey: Step = {
  name: "survey",
  async play({ merchant, notes }) {
    notes.survey = await merchant.createSurvey(SURVEY);
    const { text } = await merchant.read("/app/surveys");
    must(text.includes(SURVEY.name), `the surveys page does not list it: ${text.slice(0, 300)}`);
    return `“${SURVEY.name}” is running on the thank-you page`;
  },
};

export const PREPARE: Step[] = [segment, offer, survey];
