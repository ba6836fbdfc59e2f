// Templates of surveys, in every language in which the product addresses customers.
import type { QuestionWords } from "../question-kind.ts";
import type { SurveyDraft } from "../survey.ts";

type Template = Pick<SurveyDraft, "handle" | "placements" | "questions" | "words">;
type Said<W> = { en: W; gu: W; pa: W };

const none: QuestionWords = { label: "", choices: [], low: "", high: "" };

/** The English choices are in the settings, so English words need only a label. */
function words(en: string, gu: Partial<QuestionWords>, pa: Partial<QuestionWords>): Said<QuestionWords> {
  return { en: { ...none, label: en }, gu: { ...none, ...gu }, pa: { ...none, ...pa } };
}

const titled = (en: string, gu: string, pa: string) => ({
  en: { title: en, thanks: "Thank you, that helps us.", submit: "Send" },
  gu: { title: gu, thanks: "આભાર, તમારા જવાબથી અમને મદદ મળશે.", submit: "મોકલો" },
  pa: { title: pa, thanks: "ਧੰਨਵਾਦ, ਤੁਹਾਡੇ ਜਵਾਬ ਨਾਲ ਸਾਨੂੰ ਮਦਦ ਮਿਲੇਗੀ।", submit: "ਭੇਜੋ" },
});

const attribution: Template = {
  handle: "heard_of_us",
  placements: ["thank_you"],
  words: titled("One question", "એક સવાલ", "ਇੱਕ ਸਵਾਲ"),
  questions: [
    {
      handle: "channel",
      kind: "single_choice",
      optional: false,
      settings: { choices: ["A friend", "Instagram", "Search engine", "A newspaper or podcast", "I don't remember"] },
      words: words(
        "Where did you first hear about us?",
        {
          label: "તમને અમારા વિશે સૌથી પહેલાં ક્યાંથી ખબર પડી?",
          choices: ["મિત્ર પાસેથી", "Instagram પરથી", "ઇન્ટરનેટ પર શોધતાં", "અખબાર અથવા પૉડકાસ્ટમાંથી", "યાદ નથી"],
        },
        {
          label: "ਤੁਹਾਨੂੰ ਸਾਡੇ ਬਾਰੇ ਸਭ ਤੋਂ ਪਹਿਲਾਂ ਕਿੱਥੋਂ ਪਤਾ ਲੱਗਿਆ?",
          choices: ["ਕਿਸੇ ਦੋਸਤ ਤੋਂ", "Instagram ਤੋਂ", "ਇੰਟਰਨੈੱਟ 'ਤੇ ਖੋਜਦਿਆਂ", "ਅਖ਼ਬਾਰ ਜਾਂ ਪੌਡਕਾਸਟ ਤੋਂ", "ਯਾਦ ਨਹੀਂ"],
        },
      ),
    },
  ],
};

const nps: Template = {
  handle: "nps",
  placements: ["thank_you", "storefront"],
  words: titled("How are we doing?", "અમારી સેવા કેવી લાગી?", "ਸਾਡੀ ਸੇਵਾ ਕਿਵੇਂ ਲੱਗੀ?"),
  questions: [
    {
      handle: "score",
      kind: "scale",
      optional: false,
      settings: {},
      words: {
        en: {
          ...none,
          label: "How likely are you to recommend us to a friend?",
          low: "Not likely",
          high: "Very likely",
        },
        gu: {
          ...none,
          label: "તમે કોઈ મિત્રને અમારી ભલામણ કરો એવી કેટલી શક્યતા છે?",
          low: "જરાય શક્યતા નથી",
          high: "પૂરી શક્યતા છે",
        },
        pa: {
          ...none,
          label: "ਤੁਸੀਂ ਕਿਸੇ ਦੋਸਤ ਨੂੰ ਸਾਡੀ ਸਿਫ਼ਾਰਸ਼ ਕਰੋਗੇ, ਇਸ ਦੀ ਕਿੰਨੀ ਸੰਭਾਵਨਾ ਹੈ?",
          low: "ਬਿਲਕੁਲ ਸੰਭਾਵਨਾ ਨਹੀਂ",
          high: "ਪੂਰੀ ਸੰਭਾਵਨਾ ਹੈ",
        },
      },
    },
    {
      handle: "why",
      kind: "text",
      optional: true,
      settings: {},
      words: words("What is the main reason?", { label: "તેનું મુખ્ય કારણ શું છે?" }, { label: "ਇਸ ਦਾ ਮੁੱਖ ਕਾਰਨ ਕੀ ਹੈ?" }),
    },
  ],
};

const reason: Template = {
  handle: "reason_to_buy",
  placements: ["thank_you"],
  words: titled("A quick question", "એક નાનો સવાલ", "ਇੱਕ ਛੋਟਾ ਜਿਹਾ ਸਵਾਲ"),
  questions: [
    {
      handle: "reasons",
      kind: "multiple_choice",
      optional: false,
      settings: { choices: ["Quality", "Price", "Recommended to me", "A gift", "I bought before"] },
      words: words(
        "What made you buy today?",
        {
          label: "આજે તમે શા માટે ખરીદી કરી?",
          choices: ["ગુણવત્તા", "કિંમત", "કોઈએ ભલામણ કરી હતી", "ભેટ આપવા માટે", "પહેલાં પણ ખરીદી કરી છે"],
        },
        {
          label: "ਅੱਜ ਤੁਸੀਂ ਖਰੀਦਦਾਰੀ ਕਿਉਂ ਕੀਤੀ?",
          choices: ["ਗੁਣਵੱਤਾ", "ਕੀਮਤ", "ਕਿਸੇ ਨੇ ਸਿਫ਼ਾਰਸ਼ ਕੀਤੀ ਸੀ", "ਤੋਹਫ਼ਾ ਦੇਣ ਲਈ", "ਪਹਿਲਾਂ ਵੀ ਖਰੀਦਿਆ ਹੈ"],
        },
      ),
    },
    {
      handle: "almost",
      kind: "text",
      optional: true,
      settings: {},
      words: words(
        "What almost kept you from buying?",
        { label: "ખરીદતાં પહેલાં કઈ વાતે તમે ખચકાયા હતા?" },
        { label: "ਖਰੀਦਣ ਤੋਂ ਪਹਿਲਾਂ ਕਿਹੜੀ ਗੱਲ ਨੇ ਤੁਹਾਨੂੰ ਸੋਚੀਂ ਪਾਇਆ ਸੀ?" },
      ),
    },
  ],
};

export const templates: Record<string, Template> = { attribution, nps, reason };

export const blank: SurveyDraft = {
  name: "",
  handle: "",
  placements: ["thank_you"],
  segmentId: null,
  words: attribution.words,
  questions: [],
};
