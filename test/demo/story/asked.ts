// Act five: the buyer pays with the code. The offer counts the order, the thank-you page asks a survey, and the results count the answer.
import type { NewSegment } from "../people/merchant.ts";
import { OFFER, SURVEY } from "./prepare.ts";
import { must, until, type Step } from "./step.ts";

const SCORE = "9";
const REASON = "The Assam came fresh and fast";

export const PROMOTERS: NewSegment = {
  name: "Would recommend us",
  query: `survey_answer MATCHES (survey = '${SURVEY.handle}', question = 'score', value >= 9, date >= -30d)`,
};

const answered: Step = {
  name: "answered",
  async play(scene) {
    const paid = await scene.buyer.pay();
    scene.notes.orders.push(paid.order);
    scene.notes.paid += paid.total;
    const thanks = await scene.answerSurvey(paid.address, [
      { question: SURVEY.score, tap: SCORE },
      { question: SURVEY.why, write: REASON },
    ]);
    return `the thank-you page of ${paid.order} asks “${SURVEY.score}”; ${scene.buyer.firstName} taps ${SCORE}, writes the reason and reads “${thanks}”`;
  },
};

const redeemed: Step = {
  name: "redeemed",
  async play({ merchant, notes, timeoutMs, buyer }) {
    const [order = ""] = notes.orders.slice(-1);
    const text = await until(`the offer's page shows ${order}`, timeoutMs, async () => {
      const page = await merchant.read(notes.offer);
      return page.text.includes(`${order} · ${buyer.firstName} ${buyer.lastName}`) && page.text;
    });
    const [, used = "", revenue = ""] = /Orders ?1 ?(\d+) ?Revenue ?£[\d,.]+? ?(£[\d,]+\.\d\d)/.exec(text) ?? [];
    must(used === "1", `the offer's page does not count 1 order: ${text.slice(0, 600)}`);
    const timeline = await merchant.read(notes.profile);
    must(timeline.text.includes(`· discount ${OFFER.code}`), `${buyer.firstName}'s timeline does not name the code`);
    return `the offer's page counts ${used} order that used ${OFFER.code}: ${order} by ${buyer.firstName}, revenue ${revenue}`;
  },
};

const answer: Step = {
  name: "answer",
  async play({ merchant, notes, timeoutMs, buyer }) {
    await until(`${buyer.firstName}'s timeline shows the answer`, timeoutMs, async () => {
      const { text } = await merchant.read(notes.profile);
      return text.includes(`Answered survey “${SURVEY.name}”`);
    });
    const results = await merchant.read(`${notes.survey}/results`);
    must(
      /\b1 (response|person|answer)/i.test(results.text),
      `the results do not count the answer: ${results.text.slice(0, 300)}`,
    );
    must(results.text.includes(REASON), "the results do not quote the reason");
    const score = /Net promoter score:? ?(-?\d+)/i.exec(results.text)?.[1] ?? "?";
    return `${buyer.firstName}'s timeline says Answered survey “${SURVEY.name}”; the results count 1 answer, net promoter score ${score}`;
  },
};

const selected: Step = {
  name: "selected",
  async play({ merchant, timeoutMs, buyer }) {
    const path = await merchant.createSegment(PROMOTERS);
    const id = path.split("/").at(-1) ?? "";
    const text = await until(`the segment by answer has ${buyer.firstName}`, timeoutMs, async () => {
      const list = await merchant.read(`/app/customers?segment=${id}`);
      return list.text.includes(buyer.lastName) && /of [\d,]+, [\d,]+ customers?\b/.test(list.text) && list.text;
    });
    must(
      /of 1, 1 customer\b/.test(text),
      `the segment has other customers besides ${buyer.firstName}: ${text.slice(0, 400)}`,
    );
    return `${PROMOTERS.query} selects 1 customer: ${buyer.firstName}`;
  },
};

export const ASKED: Step[] = [answered, redeemed, answer, selected];
