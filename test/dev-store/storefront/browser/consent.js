// What the visitor has allowed, kept in a cookie. Where no consent is required, everything is allowed until the visitor refuses.
// `?consent=ask` simulates a region that requires consent.

window.storeConsent = (() => {
  const CONSENT = "_tracking_consent";
  const PURPOSES = ["analytics", "marketing", "preferences", "sale_of_data"];
  const read = () => {
    const kept = document.cookie.split("; ").find((part) => part.startsWith(`${CONSENT}=`));
    return kept ? JSON.parse(decodeURIComponent(kept.slice(CONSENT.length + 1))) : {};
  };
  const asked = new URLSearchParams(location.search).get("consent");
  if (asked === "ask") sessionStorage.setItem("consent-region", "asks");
  if (asked === "free") sessionStorage.removeItem("consent-region");
  const mustAsk = () => sessionStorage.getItem("consent-region") === "asks";
  return {
    purposes: PURPOSES,
    read,
    mustAsk,
    isAllowed(purpose) {
      const said = read()[purpose] ?? "";
      return said === "yes" || (said === "" && !mustAsk());
    },
    write(consent) {
      const said = read();
      for (const purpose of PURPOSES) if (purpose in consent) said[purpose] = consent[purpose] ? "yes" : "no";
      document.cookie = `${CONSENT}=${encodeURIComponent(JSON.stringify(said))}; path=/; SameSite=Lax`;
    },
  };
})();
