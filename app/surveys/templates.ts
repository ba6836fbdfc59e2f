// Surveys to begin with: each asks one thing that is worth knowing.
import type { SurveyDraft } from "./survey.server.ts";

type Template = Pick<SurveyDraft, "handle" | "placements" | "questions" | "words">;

const none = { choices: [], low: "", high: "" };
const words = (label: string) => ({ en: { ...none, label } });
const thanks = (title: string) => ({ en: { title, thanks: "Thank you, that helps us.", submit: "Send" } });

export const templates: Record<string, Template> = {
  attribution: {
    handle: "heard_of_us",
    placements: ["thank_you"],
    words: thanks("One question"),
    questions: [
      {
        handle: "channel",
        kind: "single_choice",
        optional: false,
        settings: { choices: ["A friend", "Instagram", "Search engine", "A newspaper or podcast", "I don't remember"] },
        words: words("Where did you first hear of us?"),
      },
    ],
  },
  nps: {
    handle: "nps",
    placements: ["thank_you", "storefront"],
    words: thanks("How are we doing?"),
    questions: [
      {
        handle: "score",
        kind: "scale",
        optional: false,
        settings: {},
        words: {
          en: {
            label: "How likely are you to recommend us to a friend?",
            choices: [],
            low: "Not likely",
            high: "Very likely",
          },
        },
      },
      { handle: "why", kind: "text", optional: true, settings: {}, words: words("What is the main reason?") },
    ],
  },
  reason: {
    handle: "reason_to_buy",
    placements: ["thank_you"],
    words: thanks("A quick question"),
    questions: [
      {
        handle: "reasons",
        kind: "multiple_choice",
        optional: false,
        settings: { choices: ["Quality", "Price", "Recommended to me", "A gift", "I bought before"] },
        words: words("What made you buy today?"),
      },
      {
        handle: "almost",
        kind: "text",
        optional: true,
        settings: {},
        words: words("What almost kept you from buying?"),
      },
    ],
  },
};

export const blank: SurveyDraft = {
  name: "",
  handle: "",
  placements: ["thank_you"],
  segmentId: null,
  words: thanks("One question"),
  questions: [],
};
