// The query's text editor, loaded only in the browser and only after the page.
import {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  type CompletionContext,
  type CompletionResult,
  completionKeymap,
  insertCompletionText,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, defaultHighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { linter } from "@codemirror/lint";
import { Compartment, EditorState } from "@codemirror/state";
import { EditorView, keymap, placeholder } from "@codemirror/view";
import type { Catalogue, Named } from "../attribute.ts";
import { readQuery } from "../query/check.ts";
import type { Fault } from "../query/fault.ts";
import { warningsIn, type Warning } from "../query/warnings.ts";
import type { OfferedValue, ValueQuestion } from "../values/value-source.ts";
import { type Proposal, proposalsAt } from "./completion.ts";

export type TextEditor = { setText(text: string): void; destroy(): void };
type Options = {
  parent: HTMLElement;
  text: string;
  catalogue: Catalogue;
  label: string;
  hint: string;
  onChange: (text: string) => void;
  say: (fault: Fault) => string;
  warn: (warning: Warning) => string;
  sayLabel: (key: string) => string;
  sayValue: (value: string, named: Named) => string;
  valuesOf: (asked: ValueQuestion & { search: string }) => Promise<OfferedValue[]>;
};

const KEYWORDS = /^(and|or|not|is|null|between|contains|matches|not_matches|in|true|false)$/i;

const language = (catalogue: Catalogue) =>
  StreamLanguage.define({
    token(stream) {
      if (stream.eatSpace()) return null;
      if (stream.match(/^'(?:[^'\\]|\\'|\\(?!'))*'?/)) return "string";
      if (stream.match(/^(?:\d{4}-\d{2}-\d{2}(?:T[\d:]*)?|[+-]?\d+[dwmy]\b|[+-]?\d+(?:\.\d+)?)/)) return "number";
      const word = stream.match(/^[A-Za-z_][\w.]*/);
      if (!word || typeof word === "boolean") {
        stream.next();
        return null;
      }
      const name = word[0];
      if (KEYWORDS.test(name)) return "keyword";
      if (Object.hasOwn(catalogue.functions, name)) return "atom";
      return Object.hasOwn(catalogue.attributes, name) ? "variableName" : null;
    },
  });

const CODEMIRROR_KINDS: Record<Proposal["kind"], string> = {
  attribute: "property",
  function: "function",
  parameter: "variable",
  operator: "keyword",
  value: "constant",
  keyword: "keyword",
};

/** Inserts a literal, and replaces the closing quote that `closeBrackets` added when the opening quote was typed. */
const insertLiteral =
  (text: string) =>
  (view: EditorView, _chosen: unknown, from: number, to: number): void => {
    const closed = text.endsWith("'") && to > from && view.state.sliceDoc(to, to + 1) === "'";
    view.dispatch(insertCompletionText(view.state, text, from, closed ? to + 1 : to));
  };

/** A completion that is found by the literal and by its name, and shows both. */
const underName = (text: string, name: string) =>
  text === `'${name}'` ? { label: text } : { label: `${text} ${name}`, displayLabel: name, detail: text };

const completions =
  ({ catalogue, sayLabel, sayValue, valuesOf }: Options) =>
  async (context: CompletionContext): Promise<CompletionResult | null> => {
    const proposals = proposalsAt(context.state.sliceDoc(0, context.pos), catalogue);
    if (!proposals || (!context.explicit && proposals.from === context.pos && context.pos === 0)) return null;
    const options = proposals.list.map(({ text, kind, label, called }) => ({
      type: CODEMIRROR_KINDS[kind],
      ...(label ? { detail: sayLabel(label) } : {}),
      ...(kind === "value" ? { apply: insertLiteral(text) } : {}),
      ...(called ? underName(text, sayValue(called.value, called.named)) : { label: text }),
    }));
    if (!proposals.asks) return { from: proposals.from, options };
    const values = await valuesOf(proposals.asks).catch(() => []);
    const ofShop = values.map(({ text, title }) => ({
      label: title ?? text,
      type: CODEMIRROR_KINDS.value,
      apply: insertLiteral(text),
      ...(title ? { detail: text } : {}),
    }));
    // `filter: false`: the server already filtered the values, and the next typed character asks the server again.
    return context.aborted ? null : { from: proposals.from, options: [...options, ...ofShop], filter: false };
  };

const faults = ({ catalogue, say, warn }: Options) =>
  linter(
    (view) => {
      const text = view.state.doc.toString();
      const checked = readQuery(text, catalogue);
      if (text.trim() === "") return [];
      if (checked.ok)
        return warningsIn(text).map((warning) => ({
          from: warning.start,
          to: warning.end,
          severity: "warning" as const,
          message: warn(warning),
        }));
      return checked.faults.map((fault) => ({
        // A fault at the end of the text has no length: its mark covers the character before.
        from: Math.max(0, Math.min(fault.start, fault.end - 1, text.length - 1)),
        to: Math.min(fault.end, text.length),
        severity: "error" as const,
        message: say(fault),
      }));
    },
    { delay: 300 },
  );

const theme = EditorView.theme({
  "&": {
    border: "var(--p-border-width-0165) solid var(--p-color-input-border)",
    borderRadius: "var(--p-border-radius-200)",
    backgroundColor: "var(--p-color-input-bg-surface)",
    fontSize: "0.875rem",
  },
  "&.cm-focused": { outline: "2px solid var(--p-color-border-focus)", outlineOffset: "1px" },
  ".cm-content": { minHeight: "7.5rem", padding: "0.625rem 0.5rem", fontFamily: "var(--p-font-family-mono)" },
  ".cm-scroller": { overflow: "auto", maxHeight: "24rem" },
});

export function mountTextEditor(options: Options): TextEditor {
  const { parent, text, catalogue, label, hint, onChange } = options;
  // `setText` switches the listener off: its text is not a change by the merchant.
  const listening = new Compartment();
  const listener = EditorView.updateListener.of((update) => {
    if (update.docChanged) onChange(update.state.doc.toString());
  });
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        history(),
        closeBrackets(),
        bracketMatching(),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", autocapitalize: "off" }),
        placeholder(hint),
        language(catalogue),
        syntaxHighlighting(defaultHighlightStyle),
        autocompletion({ override: [completions(options)] }),
        faults(options),
        // Tab accepts a completion and otherwise moves the focus, so the keyboard is never trapped.
        keymap.of([
          { key: "Tab", run: acceptCompletion },
          ...closeBracketsKeymap,
          ...completionKeymap,
          ...historyKeymap,
          ...defaultKeymap,
        ]),
        theme,
        listening.of(listener),
      ],
    }),
  });
  return {
    setText(next) {
      if (next === view.state.doc.toString()) return;
      view.dispatch({ effects: listening.reconfigure([]) });
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
      view.dispatch({ effects: listening.reconfigure(listener) });
    },
    destroy: () => view.destroy(),
  };
}
