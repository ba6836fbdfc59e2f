// What a merchant does in the app's pages within the store's admin. http-merchant.ts does it by requests as the admin's
// frame sends them, browser-merchant.ts by clicking.
import type { Visitor } from "./visitor.ts";
import type { WebPage } from "./web-page.ts";

export const APP_ROOT = "/admin/apps/regulars";

export type NewSegment = { name: string; query: string };
/** `segment` is the one it is for, `path` its page. */
export type NewOffer = {
  name: string;
  segment: NewSegment & { path: string };
  percent: number;
  code: string;
  title: string;
  text: string;
};
/** A score from 0 to 10, and why: the template that the surveys page offers. */
export type NewSurvey = { name: string; handle: string; title: string; score: string; why: string };

export type Merchant = {
  /** In the store's own pages: admin, editors, control. */
  visitor: Visitor;
  /** A page of the app, such as /app/sync. */
  read(path: string): Promise<WebPage>;
  /** Each returns the path of what was made. */
  createSegment(segment: NewSegment): Promise<string>;
  createOffer(offer: NewOffer): Promise<string>;
  createSurvey(survey: NewSurvey): Promise<string>;
};

export const idIn = (path: string): string => path.split("/").at(-1) ?? "";
