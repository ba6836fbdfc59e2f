import "@shopify/ui-extensions/preact";
import { render } from "preact";
import { useState } from "preact/hooks";
import type { AskedSurvey } from "../../../app/surveys/wire.ts";
import { Question } from "./question.tsx";
import { fetchSurvey, sendAnswer } from "./survey-api.ts";

export default async function thankYou() {
  const survey = await fetchSurvey().catch(() => null);
  if (survey && survey.questions.length > 0) render(<Survey survey={survey} />, document.body);
}

/** One question at a time; the first stands there at once, the last is followed by thanks. */
function Survey({ survey }: { survey: AskedSurvey }) {
  const [at, setAt] = useState(0);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const question = survey.questions[at];
  const next = () => setAt(at + 1);

  async function answer(values: string[]) {
    if (!question) return;
    setBusy(true);
    setFailed(false);
    try {
      await sendAnswer(survey, { question: question.handle, values });
      next();
    } catch {
      setFailed(true);
    } finally {
      setBusy(false);
    }
  }

  if (!question) {
    return (
      <s-banner tone="success">
        <s-text>{survey.thanks || shopify.i18n.translate("thanks")}</s-text>
      </s-banner>
    );
  }
  return (
    <s-box padding="base" border="base" borderRadius="base">
      <s-stack gap="base">
        {survey.title ? <s-heading>{survey.title}</s-heading> : null}
        {failed ? <s-banner tone="critical">{shopify.i18n.translate("failed")}</s-banner> : null}
        <Question key={question.handle} question={question} submit={survey.submit} busy={busy} onAnswer={answer} />
        {question.optional ? (
          <s-button variant="secondary" disabled={busy} onClick={next}>
            {shopify.i18n.translate("skip")}
          </s-button>
        ) : null}
        {survey.questions.length > 1 ? (
          <s-text color="subdued">
            {shopify.i18n.translate("progress", { at: at + 1, all: survey.questions.length })}
          </s-text>
        ) : null}
      </s-stack>
    </s-box>
  );
}
