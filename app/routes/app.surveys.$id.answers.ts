// The answers to a survey, as a file for the merchant.
import { Readable } from "node:stream";
import { createReadableStreamFromReadable, type LoaderFunctionArgs } from "@remix-run/node";
import { merchant } from "../shopify.server.ts";
import { writeAnswers } from "../surveys/results/answers-file.server.ts";
import { readSurvey } from "../surveys/survey.server.ts";

export const loader = async ({ request, params }: LoaderFunctionArgs) => {
  const { shop } = await merchant(request);
  const survey = await readSurvey(shop, params.id ?? "");
  if (!survey) throw new Response("", { status: 404 });
  return new Response(createReadableStreamFromReadable(Readable.from(writeAnswers(shop, survey))), {
    headers: {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="answers-${survey.handle}.csv"`,
      "cache-control": "no-store",
    },
  });
};
