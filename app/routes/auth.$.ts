import type { LoaderFunctionArgs } from "@remix-run/node";
import { answerAuth } from "../shopify.server.ts";

export const loader = ({ request }: LoaderFunctionArgs) => answerAuth(request);
