/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import java.util.List;

/** The tokens of a template with the place of the reader. */
final class TokenStream {
  private final String file;
  private final List<Token> tokens;
  private int position;

  TokenStream(String file, List<Token> tokens) {
    this.file = file;
    this.tokens = tokens;
  }

  Token current() {
    return tokens.get(position);
  }

  Token following() {
    return tokens.get(Math.min(position + 1, tokens.size() - 1));
  }

  Token next() {
    Token token = current();
    if (token.kind() != Token.Kind.END) {
      position++;
    }
    return token;
  }

  boolean at(Token.Kind kind) {
    return current().kind() == kind;
  }

  boolean atName(String name) {
    return current().isName(name);
  }

  boolean atOperator(String operator) {
    return current().isOperator(operator);
  }

  boolean skipName(String name) {
    boolean found = atName(name);
    if (found) {
      next();
    }
    return found;
  }

  boolean skipOperator(String operator) {
    boolean found = atOperator(operator);
    if (found) {
      next();
    }
    return found;
  }

  Token expect(Token.Kind kind) {
    if (!at(kind)) {
      throw unexpected(kind.description());
    }
    return next();
  }

  void expectName(String name) {
    if (!skipName(name)) {
      throw unexpected("'" + name + "'");
    }
  }

  void expectOperator(String operator) {
    if (!skipOperator(operator)) {
      throw unexpected("'" + operator + "'");
    }
  }

  private ChatTemplateException unexpected(String expected) {
    return error("expected %s, but found %s".formatted(expected, current().describe()));
  }

  ChatTemplateException error(String reason) {
    return error(current().line(), reason);
  }

  ChatTemplateException error(int line, String reason) {
    return new ChatTemplateException(file, line, reason);
  }
}
