// Adds Shopify's own Liquid tags, and removes the library's tags that Shopify lacks.

import type { Emitter, Liquid, TagToken, Template, TopLevelToken } from "liquidjs";
import { Tag } from "liquidjs";

type Context = Parameters<Tag["render"]>[0];
type TagClass = Parameters<Liquid["registerTag"]>[1];

/** A tag whose body is a text that is not drawn, such as schema. */
function silentTag(name: string): TagClass {
  return class extends Tag {
    constructor(token: TagToken, rest: TopLevelToken[], liquid: Liquid) {
      super(token, rest, liquid);
      for (let next = rest.shift(); ; next = rest.shift()) {
        if (next === undefined) throw new Error(`${name} is not closed`);
        if ("name" in next && next.name === `end${name}`) return;
      }
    }

    render(): void {}
  };
}

/** A tag whose body is rendered between two pieces of HTML. */
function wrappingTag(name: string, open: (words: string) => string, close: string): TagClass {
  return class extends Tag {
    templates: Template[];
    words: string;

    constructor(token: TagToken, rest: TopLevelToken[], liquid: Liquid) {
      super(token, rest, liquid);
      this.words = token.args;
      this.templates = [];
      const stream = liquid.parser
        .parseStream(rest)
        .on(`tag:end${name}`, () => stream.stop())
        .on("template", (template: Template) => this.templates.push(template))
        .on("end", () => {
          throw new Error(`${name} is not closed`);
        });
      stream.start();
    }

    *render(context: Context, emitter: Emitter): Generator<unknown, void, unknown> {
      emitter.write(open(this.words));
      yield this.liquid.renderer.renderTemplates(this.templates, context, emitter);
      emitter.write(close);
    }
  };
}

const FORMS: Record<string, string> = {
  cart: "/cart",
  contact: "/contact",
  create_customer: "/account",
  customer_login: "/account/login",
  localization: "/localization",
  product: "/cart/add",
};

/** `{% form 'product', product, class: 'x' %}`: Shopify writes the form and its hidden fields. */
function openForm(words: string): string {
  const type = /^\s*['"](\w+)['"]/.exec(words)?.[1] ?? "";
  const action = FORMS[type];
  if (action === undefined) throw new Error(`There is no form of the type '${type}'`);
  const attributes = [...words.matchAll(/([\w-]+):\s*['"]([^'"]*)['"]/g)].map(
    ([, name, value]) => ` ${name}="${value}"`,
  );
  return `<form method="post" action="${action}" accept-charset="UTF-8"${attributes.join("")}><input type="hidden" name="form_type" value="${type}"><input type="hidden" name="utf8" value="✓">`;
}

export function registerTags(liquid: Liquid): void {
  for (const name of ["include", "layout", "block"]) Reflect.deleteProperty(liquid.tags, name);
  for (const name of ["schema", "doc"]) liquid.registerTag(name, silentTag(name));
  liquid.registerTag(
    "style",
    wrappingTag("style", () => "<style>", "</style>"),
  );
  liquid.registerTag("form", wrappingTag("form", openForm, "</form>"));
}
