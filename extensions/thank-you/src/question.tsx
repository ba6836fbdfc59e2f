import { useState } from "preact/hooks";
import type { AskedQuestion } from "../../../app/surveys/wire.ts";

type Props<Shape = object> = {
  question: AskedQuestion & Shape;
  submit: string;
  busy: boolean;
  onAnswer: (values: string[]) => void;
};

/** Draws a question by its shape. One tap answers a single choice or a scale. */
export function Question(props: Props) {
  const { question } = props;
  if (question.shape === "scale") return <Scale {...props} question={question} />;
  if (question.shape === "text") return <FreeText {...props} question={question} />;
  if (question.shape === "date") return <Day {...props} question={question} />;
  return question.multiple ? <Several {...props} question={question} /> : <One {...props} question={question} />;
}

/** A phone shows about so many letters in a line. */
const LINE = 24;
const ZERO_WIDTH_SPACE = "\u200B";
const letters = new Intl.Segmenter();

/** A word longer than a line may be broken after each half of a line: the checkout's buttons do not break words. */
const breakable = (text: string): string =>
  text.replaceAll(/\S+/g, (word) => {
    const signs = [...letters.segment(word)].map(({ segment }) => segment);
    if (signs.length <= LINE) return word;
    return signs.map((sign, at) => (at > 0 && at % (LINE / 2) === 0 ? ZERO_WIDTH_SPACE + sign : sign)).join("");
  });

type Choice = Extract<AskedQuestion, { shape: "choice" }>;

function One({ question, busy, onAnswer }: Props<Choice>) {
  return (
    <s-stack gap="small-200">
      <s-text type="strong">{question.label}</s-text>
      {question.choices.map(({ value, label }) => (
        <s-button key={value} variant="secondary" inlineSize="fill" disabled={busy} onClick={() => onAnswer([value])}>
          {breakable(label)}
        </s-button>
      ))}
    </s-stack>
  );
}

function Several({ question, submit, busy, onAnswer }: Props<Choice>) {
  const [values, setValues] = useState<string[]>([]);
  return (
    <s-stack gap="base">
      <s-choice-list
        name={question.handle}
        label={question.label}
        multiple
        values={values}
        onChange={(event: Event) =>
          setValues([...((event.currentTarget as HTMLElement & { values?: string[] }).values ?? [])])
        }
      >
        {question.choices.map(({ value, label }) => (
          <s-choice key={value} value={value}>
            {breakable(label)}
          </s-choice>
        ))}
      </s-choice-list>
      <s-button variant="primary" disabled={busy || values.length === 0} onClick={() => onAnswer(values)}>
        {submit || shopify.i18n.translate("submit")}
      </s-button>
    </s-stack>
  );
}

function Scale({ question, busy, onAnswer }: Props<Extract<AskedQuestion, { shape: "scale" }>>) {
  const steps = Array.from({ length: question.to - question.from + 1 }, (_, step) => String(question.from + step));
  return (
    <s-stack gap="small-200">
      <s-text type="strong">{question.label}</s-text>
      <s-grid gridTemplateColumns="repeat(6, 1fr)" gap="small-300">
        {steps.map((value) => (
          <s-button key={value} variant="secondary" inlineSize="fill" disabled={busy} onClick={() => onAnswer([value])}>
            {value}
          </s-button>
        ))}
      </s-grid>
      <s-stack direction="inline" justifyContent="space-between">
        {question.low ? <s-text color="subdued">{`${question.from} – ${question.low}`}</s-text> : null}
        {question.high ? <s-text color="subdued">{`${question.to} – ${question.high}`}</s-text> : null}
      </s-stack>
    </s-stack>
  );
}

/** The share of the longest text from which the shopper sees how long the text is: a longer text is cut. */
const COUNTED_FROM = 0.8;

function FreeText({ question, submit, busy, onAnswer }: Props<Extract<AskedQuestion, { shape: "text" }>>) {
  const [text, setText] = useState("");
  return (
    <s-stack gap="base">
      <s-text-area
        label={question.label}
        name={question.handle}
        rows={3}
        maxLength={question.maxLength}
        value={text}
        onInput={(event: Event) => setText((event.currentTarget as HTMLElement & { value?: string }).value ?? "")}
      />
      {text.length >= question.maxLength * COUNTED_FROM ? (
        <s-text color="subdued">
          {shopify.i18n.translate("count", { count: text.length, most: question.maxLength })}
        </s-text>
      ) : null}
      <s-button variant="primary" disabled={busy || text.trim() === ""} onClick={() => onAnswer([text])}>
        {submit || shopify.i18n.translate("submit")}
      </s-button>
    </s-stack>
  );
}

/** The bound as a day. `today` is the day on the customer's clock. */
function dayOf(bound: string | null): string {
  if (bound !== "today") return bound ?? "";
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

/** `allow` has the form of Shopify's date field: `2026-01-01--2026-12-31`, where either end may be left out. */
function Day({ question, submit, busy, onAnswer }: Props<Extract<AskedQuestion, { shape: "date" }>>) {
  const [day, setDay] = useState("");
  const { from, to } = question;
  return (
    <s-stack gap="base">
      <s-date-field
        label={question.label}
        name={question.handle}
        {...(from || to ? { allow: `${dayOf(from)}--${dayOf(to)}` } : {})}
        value={day}
        onChange={(event: Event) => setDay((event.currentTarget as HTMLElement & { value?: string }).value ?? "")}
      />
      <s-button variant="primary" disabled={busy || day === ""} onClick={() => onAnswer([day])}>
        {submit || shopify.i18n.translate("submit")}
      </s-button>
    </s-stack>
  );
}
