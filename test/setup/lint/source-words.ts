// A lint rule: only the folder of a source uses the source's own words. Topics and gids are Shopify's words.
import type { Rule } from "eslint";

/** Matches topics such as `orders/create` and `customer.tags_added`, but no import, which begins with a dot, and no media type. */
const TOPIC =
  /(?<![\w./@-])(?!(?:application|audio|font|image|multipart|text|video)\/)(?:[a-z_]+\/[a-z_]+|customer\.(?:tags|joined|left)_[a-z]+)(?![\w/.-])/;
const GID = /gid:\/\/shopify/;

const MENDS = {
  topic: "A topic of Shopify: sync/sources/shopify turns it into a word of the house.",
  gid: "A gid of Shopify: sync/sources/shopify reads the id out of it.",
};

export const sourceWords: Rule.RuleModule = {
  create: (context) => {
    const look = (node: Rule.Node, text: string) => {
      if (GID.test(text)) context.report({ node, message: MENDS.gid });
      else if (TOPIC.test(text)) context.report({ node, message: MENDS.topic });
    };
    return {
      Literal(node) {
        const isImported = node.parent.type === "ImportDeclaration" || node.parent.type === "ImportExpression";
        if (typeof node.value === "string" && !isImported) look(node, node.value);
      },
      TemplateLiteral(node) {
        look(node, node.quasis.map(({ value }) => value.raw).join("$"));
      },
    };
  },
};
