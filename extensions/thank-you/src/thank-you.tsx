import "@shopify/ui-extensions/preact";
import { render } from "preact";
import { useRef, useState } from "preact/hooks";
import type { AskedSurvey } from "../../../app/surveys/wire.ts";
import { Question } from "./question.tsx";
import { fetchSurvey, sendAnswer } from "./survey-api.ts";

export default async function thankYou() {
  const survey = await fetchSurvey().catch(() => null);
  if (survey && survey.questions.length > 0) render(<Survey survey={survey} />, document.body);
}

type Outcome = "asking" | "sending" | "failed" | "closed";

/** Asks one question at a time, and thanks the shopper after the last question. */
function Survey({ survey }: { survey: AskedSurvey }) {
  const [at, setAt] = useState(0);
  const [kept, setKept] = useState(0);
  const [outcome, setOutcome] = useState<Outcome>("asking");
  // A second tap may come before the buttons are disabled.
  const sendingRef = useRef(false);
  const question = survey.questions[at];

  function next() {
    setAt(at + 1);
    setOutcome("asking");
  }

  async function answer(values: string[]) {
    if (!question || sendingRef.current) return;
    sendingRef.current = true;
    setOutcome("sending");
    const reply = await sendAnswer(survey, { question: question.handle, values }).catch(() => "failed" as const);
    sendingRef.current = false;
    if (reply !== "kept") return setOutcome(reply);
    setKept(kept + 1);
    next();
  }

  if (outcome === "closed") return <s-text color="subdued">{shopify.i18n.translate("ended")}</s-text>;
  // A shopper who skipped every question is not thanked.
  if (!question && kept === 0) return null;
  if (!question) {
    return (
      <s-banner tone="success">
        <s-text>{survey.thanks || shopify.i18n.translate("thanks")}</s-text>
      </s-banner>
    );
  }
  const busy = outcome === "sending";
  const answered = survey.answered ?? 0;
  const all = answered + survey.questions.length;
  return (
    <s-box padding="base" border="base" borderRadius="base">
      <s-stack gap="base">
        {survey.title ? <s-heading>{survey.title}</s-heading> : null}
        {outcome === "failed" ? <s-banner tone="critical">{shopify.i18n.translate("failed")}</s-banner> : null}
        <Question key={question.handle} question={question} submit={survey.submit} busy={busy} onAnswer={answer} />
        {question.optional ? (
          <s-button variant="secondary" disabled={busy} onClick={next}>
            {shopify.i18n.translate("skip")}
          </s-button>
        ) : null}
        {all > 1 ? (
          <s-text color="subdued">{shopify.i18n.translate("progress", { at: answered + at + 1, all })}</s-text>
        ) : null}
      </s-stack>
    </s-box>
  );
}
