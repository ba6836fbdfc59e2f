// The actions of a merchant in the app's pages in the store's admin. http-merchant.ts sends the requests that the admin's frame would
// send. browser-merchant.ts clicks.
import type { Visitor } from "./visitor.ts";
import type { WebPage } from "./web-page.ts";

export const APP_ROOT = "/admin/apps/regulars";

export type NewSegment = { name: string; query: string };
/** `segment`: the segment that sees the offer. `path`: of the segment's page. */
export type NewOffer = {
  name: string;
  segment: NewSegment & { path: string };
  percent: number;
  code: string;
  title: string;
  text: string;
};
/** The survey of the template on the surveys page: a score from 0 to 10, and the reason. */
export type NewSurvey = { name: string; handle: string; title: string; score: string; why: string };

export type Merchant = {
  /** The merchant in the store's own pages: admin, editors and control page. */
  visitor: Visitor;
  /** Reads a page of the app, such as /app/sync. */
  read(path: string): Promise<WebPage>;
  /** Each returns the path of the new object's page. */
  createSegment(segment: NewSegment): Promise<string>;
  createOffer(offer: NewOffer): Promise<string>;
  createSurvey(survey: NewSurvey): Promise<string>;
};

export const idIn = (path: string): string => path.split("/").at(-1) ?? "";
