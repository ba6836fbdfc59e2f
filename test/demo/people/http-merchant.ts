import { openFramedApp } from "./framed-app.ts";
import { idIn, type Merchant } from "./merchant.ts";
import type { Visitor } from "./visitor.ts";

type Fields = [string, string][];

export function openHttpMerchant(visitor: Visitor): Merchant {
  const app = openFramedApp(visitor);

  async function made(path: string, fields: Fields): Promise<string> {
    const answer = await app.send(path, fields);
    if (answer.path !== path) return answer.path;
    throw new Error(`${path} was refused: ${answer.page.text.slice(0, 500)}`);
  }

  return {
    visitor,
    read: app.read,
    createSegment: (segment) => made("/app/segments/new", Object.entries({ intent: "save", ...segment })),
    async createOffer({ name, segment, percent, code, title, text }) {
      const blank = await app.read("/app/offers/new?kind=percentage");
      const starts = blank.document.querySelector<HTMLInputElement>('input[type="datetime-local"]')?.value ?? "";
      const path = await made("/app/offers/new", [
        ...Object.entries({ intent: "save", kind: "percentage", name, segment: idIn(segment.path), starts, ends: "" }),
        ...["home", "product", "cart", "account"].map((place): [string, string] => ["placement", place]),
        ...Object.entries({ "settings.percent": String(percent), "settings.how": "code", "settings.code": code }),
        ...Object.entries({ "words.en.title": title, "words.en.text": text, "words.en.action": "" }),
      ]);
      await app.send(path, [["intent", "publish"]]);
      return path;
    },
    async createSurvey({ name, handle, title, score, why }) {
      const words = (label: string, low = "", high = "") => ({ en: { label, choices: [], low, high } });
      const scale = { handle: "score", kind: "scale", optional: false, settings: {} };
      const text = { handle: "why", kind: "text", optional: true, settings: {} };
      const draft = {
        name,
        handle,
        placements: ["thank_you"],
        segmentId: null,
        words: { en: { title, thanks: "Thank you, that helps us.", submit: "Send" } },
        questions: [
          { ...scale, words: words(score, "Not likely", "Very likely") },
          { ...text, words: words(why) },
        ],
      };
      const path = await made("/app/surveys/new", Object.entries({ intent: "save", draft: JSON.stringify(draft) }));
      await app.send(path, [["intent", "start"]]);
      return path;
    },
  };
}
