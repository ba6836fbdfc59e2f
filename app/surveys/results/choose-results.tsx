// Which responses the results are of: the period and the version, both kept in the page's address.
import { Banner, InlineGrid, Select } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { useListParams } from "../../ui/lists/use-list-params.ts";
import type { SurveyResults, VersionLine } from "./results.server.ts";

export const isAnswered = ({ since }: VersionLine): boolean => since !== null;

/** The periods that the page offers, in days. */
export const PERIODS = [30, 90] as const;

export function ChooseResults({ results: { days, version, versions } }: { results: SurveyResults }) {
  return (
    <>
      <InlineGrid columns={{ xs: 1, sm: 2 }} gap="400">
        {versions.some(isAnswered) ? <Period days={days} /> : null}
        {versions.length > 1 ? <Versions version={version} versions={versions} /> : null}
      </InlineGrid>
      {days === null ? <NoneYet version={version} versions={versions} /> : null}
    </>
  );
}

/** Chooses the responses of all days, or of the last days. */
function Period({ days }: Pick<SurveyResults, "days">) {
  const { t } = useTranslation();
  const [, set] = useListParams();
  return (
    <Select
      label={t("surveys.result.period")}
      options={[
        { value: "", label: t("surveys.result.all_days") },
        ...PERIODS.map((count) => ({ value: String(count), label: t("surveys.result.last_days", { count }) })),
      ]}
      value={String(days ?? "")}
      onChange={(value) => set("days", value)}
    />
  );
}

/** Chooses the results of all versions together, or of one version. */
function Versions({ version, versions }: Pick<SurveyResults, "version" | "versions">) {
  const { t } = useTranslation();
  const [, set] = useListParams();
  const named = versions.map(({ version: value, responses }) => ({
    value: String(value),
    label: t("surveys.result.version_option", { version: value, count: responses }),
  }));
  const isHeld = version === null || versions.some((one) => one.version === version);
  const chosen = String(version ?? "");
  return (
    <Select
      label={t("surveys.result.version")}
      options={[
        { value: "", label: t("surveys.result.all_versions") },
        ...(isHeld ? [] : [{ value: chosen, label: t("surveys.result.version_option", { version, count: 0 }) }]),
        ...named,
      ]}
      value={chosen}
      onChange={(value) => set("version", value)}
    />
  );
}

/** Shown while the newest version has no answers. Links to the newest version with answers. */
function NoneYet({ version, versions }: Pick<SurveyResults, "version" | "versions">) {
  const { t } = useTranslation();
  const [, set] = useListParams();
  const [newest] = versions;
  const answered = versions.find(isAnswered);
  if (!newest || !answered || newest === answered || (version ?? newest.version) !== newest.version) return null;
  const action = {
    content: t("surveys.result.show_version", { version: answered.version }),
    onAction: () => set("version", String(answered.version)),
  };
  return (
    <Banner title={t("surveys.result.none_yet", { version: newest.version })} action={action}>
      {t("surveys.result.answered", { version: answered.version, count: answered.responses + answered.waiting })}
    </Banner>
  );
}
