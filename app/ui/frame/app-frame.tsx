import { Link as RemixLink } from "@remix-run/react";
import { NavMenu } from "@shopify/app-bridge-react";
import { AppProvider } from "@shopify/polaris";
import type { LinkLikeComponentProps } from "@shopify/polaris/build/ts/src/utilities/link";
import polarisWords from "@shopify/polaris/locales/en.json";
import { useMemo, type ReactNode } from "react";
import { I18nextProvider, useTranslation } from "react-i18next";
import { useRememberLists } from "../lists/list-memory.ts";
import { WhileLoading } from "./while-loading.tsx";
import { openWords } from "../words.ts";

const SECTIONS = ["customers", "segments", "offers", "surveys", "sync", "plugins", "settings"] as const;

/** Whether the name is the first part of a section's path below /app. */
export const isSection = (name: string): boolean => SECTIONS.some((section) => section === name);

/** The frame of every admin page: words, Polaris, and the menu that App Bridge draws in the admin. */
export function AppFrame({ locale, children }: { locale: string; children: ReactNode }) {
  useRememberLists(isSection);
  const words = useMemo(() => openWords(locale), [locale]);
  return (
    <I18nextProvider i18n={words}>
      <AppProvider i18n={polarisWords} linkComponent={PolarisLink}>
        <Menu />
        <main>
          <WhileLoading>{children}</WhileLoading>
        </main>
      </AppProvider>
    </I18nextProvider>
  );
}

function Menu() {
  const { t } = useTranslation();
  return (
    <NavMenu>
      <RemixLink to="/app" rel="home">
        {t("app.menu.home")}
      </RemixLink>
      {SECTIONS.map((section) => (
        <RemixLink key={section} to={`/app/${section}`}>
          {t(`app.menu.${section}`)}
        </RemixLink>
      ))}
    </NavMenu>
  );
}

// A link to a page of the app stays in the frame. Any other link leaves the frame.
function PolarisLink({ url, external, children, ref: _ref, ...rest }: LinkLikeComponentProps) {
  if (external || !url.startsWith("/")) {
    return (
      <a href={url} rel="noreferrer" {...rest} target={rest.target ?? (external ? "_blank" : "_top")}>
        {children}
      </a>
    );
  }
  return (
    <RemixLink to={url} {...rest}>
      {children}
    </RemixLink>
  );
}
