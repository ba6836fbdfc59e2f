// Act five: after the purchase she is asked, and her answer counts.
import type { NewSegment } from "../people/merchant.ts";
import { SURVEY } from "./prepare.ts";
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
    const paid = await scene.she.pay();
    scene.notes.orders.push(paid.order);
    scene.notes.paid += paid.total;
    const thanks = await scene.answerSurvey(paid.address, [
      { question: SURVEY.score, tap: SCORE },
      { question: SURVEY.why, write: REASON },
    ]);
    return `the thank-you page of ${paid.order} asks “${SURVEY.score}”; she taps ${SCORE}, says why and reads “${thanks}”`;
  },
};

const answer: Step = {
  name: "answer",
  async play({ merchant, notes, patienceMs, she }) {
    await until("her timeline shows the answer", patienceMs, async () => {
      const { text } = await merchant.read(notes.profile);
      return text.includes(`Answered survey “${SURVEY.name}”`);
    });
    const results = await merchant.read(`${notes.survey}/results`);
    must(
      /\b1 (response|person|answer)/i.test(results.text),
      `the results do not count her: ${results.text.slice(0, 300)}`,
    );
    must(results.text.includes(REASON), "the results do not quote her");
    const score = /Net promoter score:? ?(-?\d+)/i.exec(results.text)?.[1] ?? "?";
    return `${she.firstName}'s timeline says Answered survey “${SURVEY.name}”, the results count 1, score ${score}`;
  },
};

const selected: Step = {
  name: "selected",
  async play({ merchant, patienceMs, she }) {
    const path = await merchant.createSegment(PROMOTERS);
    const id = path.split("/").at(-1) ?? "";
    const text = await until("the segment by answer has her", patienceMs, async () => {
      const list = await merchant.read(`/app/customers?segment=${id}`);
      return list.text.includes(she.lastName) && list.text;
    });
    must(/of 1, 1 customer\b/.test(text), `the segment has not just her: ${text.slice(0, 400)}`);
    return `${PROMOTERS.query} selects 1 customer: her`;
  },
};

export const ASKED: Step[] = [answered, answer, selected];
