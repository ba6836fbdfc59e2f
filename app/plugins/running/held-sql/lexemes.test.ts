import { describe, expect, test } from "vitest";
import { lexemesOf } from "./lexemes.ts";

const textsOf = (sql: string): string[] | string => {
  const split = lexemesOf(sql);
  return split.ok ? split.lexemes.map(({ text }) => text) : split.fault;
};

describe("SQL is split as PostgreSQL splits it", () => {
  test.each<[string, string, string[]]>([
    ["a comment is no lexeme", "/* a */select--b\n1", ["select", "1"]],
    ["comments nest", "a/* /* */ b */c", ["a", "c"]],
    ["a comment ends at its own mark", "/*/ a */b", ["b"]],
    ["a comment ends an operator", "2*/*a*/3+--b\n4", ["2", "*", "3", "+", "4"]],
    ["names are folded, quoted or not", 'SELECT "Set_Config" , "a""b"', ["select", "set_config", ",", 'a"b']],
    ["a name may have a dollar sign, which begins no text then", "a$b$ c$b$", ["a$b$", "c$b$"]],
    ["a text ends at its quote, and two quotes are one", "'it''s' a", ["'it''s'", "a"]],
    ["a backslash escapes nothing in a plain text", "'a\\' b", ["'a\\'", "b"]],
    ["a backslash escapes the quote in E'…'", "e'a\\' b' c", ["e'a\\' b'", "c"]],
    ["a text in dollars ends at its own tag", "$a$ ' $$ $b$ $a$ c", ["$a$ ' $$ $b$ $a$", "c"]],
    ["a text in dollars needs no tag", "$$ -- ' $$ c", ["$$ -- ' $$", "c"]],
    ["a parameter is no text in dollars", "$1 a $2 || $12$$b$$", ["$1", "a", "$2", "|", "|", "$12", "$$b$$"]],
    ["a name that follows a number is a name", "1.5set_config(0x1F)", ["1.5", "set_config", "(", "0", "x1f", ")"]],
    ["letters of other alphabets are part of a name", "sét\u00a0x(", ["sét\u00a0x", "("]],
    ["a text follows a text", "'a' /* b */\n 'c'", ["'a'", "'c'"]],
  ])("%s", (_what, sql, expected) => {
    expect(textsOf(sql)).toEqual(expected);
  });

  test.each(["/* a", "/* /* */", "'a", "'a''", '"a', '"', "$a$ $b$", "E'a\\'", "b'"])("%s has no end", (sql) => {
    expect(textsOf(sql)).toBe("has a comment or a text without an end");
  });

  test.each(['U&"set\\005fconfig"', "u&'a'", "select u&\"d!0061\" uescape '!'"])("%s is refused", (sql) => {
    expect(textsOf(sql)).toContain("writes characters by their code");
  });

  test("a text E'…' that goes on in another line is refused, since backslashes escape there too", () => {
    expect(textsOf("E'a'\n'\\' || set_config(1) || '")).toContain("on another line");
    expect(textsOf("E'a' -- b\n 'c'")).toContain("on another line");
  });

  test("a long text is split in a time that grows with its length", () => {
    const long = 300_000;
    for (const sql of ["'", '"', "/*", "$a$", "E'\\", "--", "''", "(", "a ", "/**/"].map((sign) => sign.repeat(long))) {
      const began = performance.now();
      lexemesOf(sql);
      expect(performance.now() - began, sql.slice(0, 4)).toBeLessThan(2000);
    }
  });
});
