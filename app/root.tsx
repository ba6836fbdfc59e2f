import {
  isRouteErrorResponse,
  Links,
  Meta,
  Outlet,
  Scripts,
  ScrollRestoration,
  useLoaderData,
  useRouteError,
} from "@remix-run/react";
import { env } from "./env.server.ts";

export const meta = () => [{ title: "Regulars" }];

export const loader = () => ({ apiKey: env.SHOPIFY_API_KEY });

/** The document's own data never change. A failed reload of them would take the menu away with the page. */
export const shouldRevalidate = () => false;

/** What Shopify adds to the address of the first document. A session's token must not stay in an address or in a link. */
const FROM_LAUNCH = ["hmac", "id_token", "locale", "session", "timestamp"];
const forgetLaunch = `{
  const address = new URL(location.href);
  for (const name of ${JSON.stringify(FROM_LAUNCH)}) address.searchParams.delete(name);
  history.replaceState(history.state, "", address);
}`;

export default function Document() {
  const { apiKey } = useLoaderData<typeof loader>();
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="shopify-api-key" content={apiKey} />
        {/* App Bridge must be the first script of every document. */}
        <script src="https://cdn.shopify.com/shopifycloud/app-bridge.js" />
        <script dangerouslySetInnerHTML={{ __html: forgetLaunch }} />
        <Meta />
        <Links />
      </head>
      <body>
        <Outlet />
        <ScrollRestoration />
        <Scripts />
      </body>
    </html>
  );
}

/** For errors outside the admin's pages. Remix's own page would show the whole error with the URL. */
export function ErrorBoundary() {
  const error = useRouteError();
  const { status, statusText } = isRouteErrorResponse(error) ? error : { status: 500, statusText: "" };
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <title>Regulars</title>
      </head>
      <body>
        <h1>{`${status} ${statusText}`}</h1>
      </body>
    </html>
  );
}
