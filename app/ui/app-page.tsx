import { TitleBar } from "@shopify/app-bridge-react";
import { Page, type PageProps } from "@shopify/polaris";

/** A page of the admin: its title stands in the admin's title bar and on the page, one primary action at most. */
export function AppPage({ title, children, ...page }: PageProps & { title: string }) {
  return (
    <Page title={title} {...page}>
      <TitleBar title={title} />
      {children}
    </Page>
  );
}
