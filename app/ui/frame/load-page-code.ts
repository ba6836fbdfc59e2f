// Loads the code of every page once a first page is open. A later click then asks for data alone: where the connection drops, the page
// of the fault is shown, and the browser does not load the document again.
import { UNSAFE_RemixContext } from "@remix-run/react";
import { useContext, useEffect } from "react";

export function useLoadPageCode(): void {
  const routes = useContext(UNSAFE_RemixContext)?.manifest.routes;
  useEffect(() => {
    const files = Object.values(routes ?? {}).flatMap((route) =>
      route ? [route.module, ...(route.imports ?? [])] : [],
    );
    for (const href of new Set(files)) document.head.append(preloadOf(href));
  }, [routes]);
}

function preloadOf(href: string): HTMLLinkElement {
  const link = document.createElement("link");
  Object.assign(link, { rel: "modulepreload", href, fetchPriority: "low" });
  return link;
}
