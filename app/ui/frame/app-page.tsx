import { TitleBar } from "@shopify/app-bridge-react";
import { Page, type PageProps } from "@shopify/polaris";
import { useListAddress } from "../lists/list-memory.ts";

/** A page of the app. The title is in the admin's title bar and on the page; a page has one primary action at most. */
export function AppPage({ title, children, backAction, ...page }: PageProps & { title: string }) {
  const url = useListAddress(backAction && "url" in backAction ? backAction.url : undefined);
  const back = backAction && url ? { ...backAction, url } : backAction;
  return (
    <Page title={title} {...(back ? { backAction: back } : {})} {...page}>
      <TitleBar title={title} />
      {children}
    </Page>
  );
}
