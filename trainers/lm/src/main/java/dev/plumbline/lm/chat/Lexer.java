/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a template into tokens with Jinja's rules for white space, {@code trim_blocks} and {@code
 * lstrip_blocks} on: the newline behind a tag or comment goes, and so do the blanks before one that
 * starts its line. A {@code -} in a tag strips all white space on its side, a {@code +} keeps it.
 */
final class Lexer {
  private static final Pattern FLOAT =
      Pattern.compile(
          "(?<!\\.)(\\d+_)*\\d+((\\.(\\d+_)*\\d+)?[eE][+-]?(\\d+_)*\\d+|\\.(\\d+_)*\\d+)");
  private static final Pattern INTEGER =
      Pattern.compile("0[bB](_?[01])+|0[oO](_?[0-7])+|0[xX](_?[\\da-fA-F])+|[1-9](_?\\d)*|0(_?0)*");
  private static final Pattern STRING =
      Pattern.compile(
          "'[^'\\\\]*+(?:\\\\.[^'\\\\]*+)*+'|\"[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+\"",
          Pattern.DOTALL);
  private static final List<String> LONG_OPERATORS = List.of("//", "**", "==", "!=", ">=", "<=");
  private static final String OPERATORS = "+-/*%~[](){}><=.:|,;";

  private final String file;
  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int position;
  private int line = 1;
  private int lineCountedTo;
  private int matchEnd;

  private Lexer(String file, String source) {
    this.file = file;
    this.source = source;
  }

  /**
   * @throws ChatTemplateException when the template is not well-formed
   */
  static List<Token> tokens(String file, String source) {
    String text = source.replace("\r\n", "\n").replace('\r', '\n');
    Lexer lexer =
        new Lexer(file, text.endsWith("\n") ? text.substring(0, text.length() - 1) : text);
    lexer.template();
    return lexer.tokens;
  }

  private void template() {
    for (int open = nextOpening(); open >= 0; open = nextOpening()) {
      int rawEnd = rawBegin(open);
      char kind = source.charAt(open + 1);
      data(open, kind != '{');
      position = Math.min(open + 2 + (sign(open + 2) == 0 ? 0 : 1), source.length());
      if (rawEnd >= 0) {
        position = rawEnd;
        raw();
      } else if (kind == '#') {
        comment();
      } else {
        tag(open, kind == '%');
      }
    }
    add(Token.Kind.DATA, source.substring(position), position);
    add(Token.Kind.END, "", source.length());
  }

  private int nextOpening() {
    for (int i = position; i + 1 < source.length(); i++) {
      if (source.charAt(i) == '{' && "{%#".indexOf(source.charAt(i + 1)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  /** The sign of white space control at a place, 0 where there is none. */
  private char sign(int at) {
    boolean signed = at < source.length() && "+-".indexOf(source.charAt(at)) >= 0;
    return signed ? source.charAt(at) : 0;
  }

  /** Emits the text before a tag, stripped as the tag asks. */
  private void data(int open, boolean stripLine) {
    String text = source.substring(position, open);
    if (sign(open + 2) == '-') {
      text = PythonText.stripEnd(text);
    } else if (sign(open + 2) == 0 && stripLine) {
      int lineStart = text.lastIndexOf('\n') + 1;
      boolean startsLine = position == 0 || source.charAt(position - 1) == '\n';
      if ((lineStart > 0 || startsLine) && PythonText.strip(text.substring(lineStart)).isEmpty()) {
        text = text.substring(0, lineStart);
      }
    }
    add(Token.Kind.DATA, text, position);
  }

  private void add(Token.Kind kind, String text, int at) {
    if (kind != Token.Kind.DATA || !text.isEmpty()) {
      tokens.add(new Token(kind, text, lineAt(at)));
    }
  }

  private int lineAt(int offset) {
    while (lineCountedTo < offset) {
      if (source.charAt(lineCountedTo) == '\n') {
        line++;
      }
      lineCountedTo++;
    }
    return line;
  }

  private int skipSpace(int at) {
    int i = at;
    while (i < source.length() && PythonText.isSpace(source.charAt(i))) {
      i++;
    }
    return i;
  }

  /** Where the text of a raw block begins whose tag opens here, or -1 where none opens. */
  private int rawBegin(int open) {
    if (source.charAt(open + 1) != '%') {
      return -1;
    }
    int end = keyword(open, "raw");
    if (end < 0) {
      return -1;
    }
    if (source.startsWith("-%}", end)) {
      return skipSpace(end + 3);
    }
    return source.startsWith("%}", end) ? end + 2 : -1;
  }

  /** Behind a keyword and its white space in the tag that opens here, or -1. */
  private int keyword(int open, String keyword) {
    int at = skipSpace(open + 2 + (sign(open + 2) == 0 ? 0 : 1));
    return source.startsWith(keyword, at) ? skipSpace(at + keyword.length()) : -1;
  }

  private void raw() {
    int start = position;
    for (int open = start; ; open++) {
      open = source.indexOf("{%", open);
      if (open < 0) {
        throw error(start, "Missing end of raw directive");
      }
      int at = keyword(open, "endraw");
      int end = at < 0 ? -1 : closing(at, "%}");
      if (end >= 0) {
        data(open, true);
        position = end;
        return;
      }
    }
  }

  private void comment() {
    int start = position;
    for (int i = start; i < source.length(); i++) {
      int end = closing(i, "#}");
      if (end >= 0) {
        position = end;
        return;
      }
    }
    throw error(start, "Missing end of comment tag");
  }

  /** Behind the closing of a tag or comment at a place, or -1 where it does not close there. */
  private int closing(int at, String close) {
    if (source.startsWith("+" + close, at)) {
      return at + 3;
    }
    if (source.startsWith("-" + close, at)) {
      return skipSpace(at + 3);
    }
    if (!source.startsWith(close, at)) {
      return -1;
    }
    return source.startsWith("\n", at + 2) ? at + 3 : at + 2;
  }

  private int closingOutput(int at) {
    if (source.startsWith("-}}", at)) {
      return skipSpace(at + 3);
    }
    return source.startsWith("}}", at) ? at + 2 : -1;
  }

  private void tag(int open, boolean statement) {
    add(statement ? Token.Kind.TAG_BEGIN : Token.Kind.OUTPUT_BEGIN, "", open);
    Deque<Character> brackets = new ArrayDeque<>();
    while (true) {
      position = skipSpace(position);
      if (brackets.isEmpty()) {
        int end = statement ? closing(position, "%}") : closingOutput(position);
        if (end >= 0) {
          add(statement ? Token.Kind.TAG_END : Token.Kind.OUTPUT_END, "", position);
          position = end;
          return;
        }
      }
      if (position >= source.length()) {
        throw error(open, "unexpected end of template: the tag is not closed");
      }
      token(brackets);
    }
  }

  private void token(Deque<Character> brackets) {
    char first = source.charAt(position);
    if (matches(FLOAT)) {
      number(Token.Kind.FLOAT);
    } else if (matches(INTEGER)) {
      number(Token.Kind.INTEGER);
    } else if (first == '_' || Character.isUnicodeIdentifierStart(source.codePointAt(position))) {
      name();
    } else if (matches(STRING)) {
      string();
    } else {
      operator(first, brackets);
    }
  }

  /** Whether a pattern begins here; {@link #matchEnd} is behind it then. */
  private boolean matches(Pattern pattern) {
    Matcher matcher = pattern.matcher(source);
    boolean found =
        matcher.region(position, source.length()).useTransparentBounds(true).lookingAt();
    matchEnd = found ? matcher.end() : position;
    return found;
  }

  private void take(Token.Kind kind, String text, int end) {
    add(kind, text, position);
    position = end;
  }

  private void number(Token.Kind kind) {
    take(kind, source.substring(position, matchEnd).replace("_", ""), matchEnd);
  }

  private void name() {
    int end = position;
    while (end < source.length()) {
      int c = source.codePointAt(end);
      if (!Character.isUnicodeIdentifierPart(c) || Character.isIdentifierIgnorable(c)) {
        break;
      }
      end += Character.charCount(c);
    }
    take(Token.Kind.NAME, source.substring(position, end), end);
  }

  private void string() {
    try {
      String text = StringLiteral.decode(source.substring(position + 1, matchEnd - 1));
      take(Token.Kind.STRING, text, matchEnd);
    } catch (Failure e) {
      throw error(position, e.getMessage());
    }
  }

  private void operator(char first, Deque<Character> brackets) {
    if (OPERATORS.indexOf(first) < 0 && first != '!') {
      throw error(position, "unexpected char '%s'".formatted(character()));
    }
    String operator =
        LONG_OPERATORS.stream()
            .filter(o -> source.startsWith(o, position))
            .findFirst()
            .orElse(String.valueOf(first));
    if (operator.equals("!")) {
      throw error(position, "unexpected char '!'");
    }
    switch (first) {
      case '(' -> brackets.push(')');
      case '[' -> brackets.push(']');
      case '{' -> brackets.push('}');
      case ')', ']', '}' -> {
        if (brackets.isEmpty()) {
          throw error(position, "unexpected '%s'".formatted(first));
        }
        char expected = brackets.pop();
        if (expected != first) {
          throw error(position, "unexpected '%s', expected '%s'".formatted(first, expected));
        }
      }
      default -> {}
    }
    take(Token.Kind.OPERATOR, operator, position + operator.length());
  }

  private String character() {
    return Character.toString(source.codePointAt(position));
  }

  private ChatTemplateException error(int at, String reason) {
    int lineOfError = 1 + (int) source.substring(0, at).chars().filter(c -> c == '\n').count();
    return new ChatTemplateException(file, lineOfError, reason);
  }
}
