// Sends answers to the app proxy, thanks, and gets out of the way. That she answered is remembered only where she allowed
// preferences; the visitor's name for this answer lives as long as the page.
(() => {
  const KEY = "regulars.answered";
  const visitor = crypto.randomUUID();
  const read = () => {
    try {
      const ids = JSON.parse(localStorage.getItem(KEY));
      return Array.isArray(ids) ? ids : [];
    } catch {
      return [];
    }
  };
  const remember = (id) => {
    window.Shopify?.loadFeatures?.([{ name: "consent-tracking-api", version: "0.1" }], (fault) => {
      if (fault || !window.Shopify.customerPrivacy?.preferencesProcessingAllowed()) return;
      localStorage.setItem(KEY, JSON.stringify([...new Set([...read(), id])].slice(-50)));
    });
  };
  const answersOf = (form) => {
    const answers = new Map();
    for (const [question, value] of new FormData(form)) {
      if (String(value).trim() === "") continue;
      answers.set(question, [...(answers.get(question) ?? []), String(value)]);
    }
    return [...answers].map(([question, values]) => ({ question, values }));
  };

  async function send(section, form) {
    const fault = section.querySelector(".regulars-survey__fault");
    const button = form.querySelector("[type=submit]");
    const { survey, version, locale, to } = form.dataset;
    const answers = answersOf(form);
    if (answers.length === 0) {
      fault.textContent = fault.dataset.empty;
      return;
    }
    fault.textContent = "";
    button.disabled = true;
    const body = JSON.stringify({ survey, version: Number(version), locale, visitor, answers });
    const reply = await fetch(to, { method: "POST", headers: { "Content-Type": "application/json" }, body }).catch(
      () => null,
    );
    button.disabled = false;
    if (!reply?.ok) {
      fault.textContent = fault.dataset.failed;
      return;
    }
    const thanks = section.querySelector(".regulars-survey__thanks");
    form.remove();
    thanks.textContent = thanks.dataset.thanks;
    remember(section.dataset.regularsSurvey);
  }

  const start = () => {
    const answered = read();
    for (const section of document.querySelectorAll("[data-regulars-survey]")) {
      if (answered.includes(section.dataset.regularsSurvey)) continue;
      section.hidden = false;
      const form = section.querySelector("form");
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        send(section, form);
      });
    }
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
