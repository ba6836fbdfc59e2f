// Asks one question at a time, sends each answer to the app proxy at once, and thanks the shopper at the end. A style rule in
// the head hides an answered or closed survey before the survey is painted. Answered and closed surveys are remembered only
// where the shopper allowed preferences. The visitor's id lasts as long as the page. The cart carries the answered questions
// to the next page and to the thank-you page, which do not ask these questions again.
(() => {
  const KEY = "regulars.answered";
  // The share of the longest text from which the shopper sees how long the text is: a longer text is cut.
  const COUNTED_FROM = 0.8;
  const visitor = crypto.randomUUID();
  const rules = document.head.appendChild(document.createElement("style"));
  const read = () => {
    try {
      const ids = JSON.parse(localStorage.getItem(KEY));
      return Array.isArray(ids) ? ids.map(String) : [];
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
  const writeToCart = (answered) => {
    const root = window.Shopify?.routes?.root ?? "/";
    navigator.sendBeacon?.(`${root}cart/update.js`, new URLSearchParams({ "attributes[regulars_answered]": answered }));
  };
  const sectionOf = (target) => target.closest?.("[data-regulars-survey]");
  const stepOf = (section) => section.querySelector("[data-question]");
  const say = (section, name) => {
    const fault = section.querySelector(".regulars-survey__fault");
    fault.textContent = name ? fault.dataset[name] : "";
  };

  function close(section, words) {
    const last = section.querySelector(".regulars-survey__last");
    section.querySelectorAll("form, [data-regulars-close]").forEach((part) => part.remove());
    remember(section.dataset.regularsSurvey);
    if (!words) section.hidden = true;
    last.textContent = words;
    last.focus();
  }

  function next(section) {
    const last = section.querySelector(".regulars-survey__last");
    const [answered, following] = section.querySelectorAll("[data-question]");
    answered.remove();
    say(section);
    if (!following) return close(section, section.dataset.kept ? last.dataset.thanks : "");
    following.hidden = false;
    following.focus();
  }

  async function answer(section, values) {
    if (section.ariaBusy === "true") return;
    section.ariaBusy = "true";
    say(section);
    const { survey, version, locale, to } = section.querySelector("form").dataset;
    const { question } = stepOf(section).dataset;
    const body = { survey, version: Number(version), locale, visitor, answers: [{ question, values }] };
    const headers = { "Content-Type": "application/json" };
    const reply = await fetch(to, { method: "POST", headers, body: JSON.stringify(body) }).catch(() => null);
    section.ariaBusy = "false";
    if (reply?.ok) {
      section.dataset.kept = `${section.dataset.kept ?? section.dataset.regularsSurvey} ${question}`;
      writeToCart(section.dataset.kept);
      next(section);
    } else if (reply?.status === 422) close(section, section.querySelector(".regulars-survey__last").dataset.ended);
    else say(section, "failed");
  }

  read().forEach((id) => rules.append(`[data-regulars-survey=${JSON.stringify(id)}]{display:none}`));
  document.addEventListener("visitorConsentCollected", ({ detail }) => {
    if (!detail?.preferencesAllowed) localStorage.removeItem(KEY);
  });
  document.addEventListener("submit", (event) => {
    const section = sectionOf(event.target);
    if (!section) return;
    event.preventDefault();
    const given = [...stepOf(section).querySelectorAll("input:checked, input[type=date], textarea")].map(({ value }) =>
      value.trim(),
    );
    const values = given.filter(Boolean);
    if (values.length > 0) answer(section, values);
    else say(section, stepOf(section).querySelector("textarea") ? "write" : "choose");
  });
  document.addEventListener("input", ({ target }) => {
    if (!sectionOf(target) || !target.matches("textarea")) return;
    const count = target.nextElementSibling;
    const isNear = target.value.length >= target.maxLength * COUNTED_FROM;
    count.textContent = isNear ? count.dataset.words.replace("#", target.value.length) : "";
  });
  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.("[data-regulars-answer],[data-regulars-skip],[data-regulars-close]");
    const section = button && sectionOf(button);
    if (!section) return;
    if ("regularsClose" in button.dataset) close(section, "");
    else if ("regularsSkip" in button.dataset) next(section);
    else answer(section, [button.value]);
  });
})();
