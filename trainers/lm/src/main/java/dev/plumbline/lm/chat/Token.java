/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

/**
 * A lexical unit of a template.
 *
 * @param text template data, name, operator, digits, or the decoded characters of a string
 * @param line where it starts, from 1
 */
record Token(Kind kind, String text, int line) {
  enum Kind {
    DATA("template text"),
    TAG_BEGIN("begin of statement block"),
    TAG_END("end of statement block"),
    OUTPUT_BEGIN("begin of print statement"),
    OUTPUT_END("end of print statement"),
    NAME("name"),
    STRING("string"),
    INTEGER("integer"),
    FLOAT("float"),
    OPERATOR("operator"),
    END("end of template");

    private final String description;

    Kind(String description) {
      this.description = description;
    }

    String description() {
      return description;
    }
  }

  boolean isName(String name) {
    return kind == Kind.NAME && text.equals(name);
  }

  boolean isOperator(String operator) {
    return kind == Kind.OPERATOR && text.equals(operator);
  }

  String describe() {
    return switch (kind) {
      case NAME, OPERATOR, INTEGER, FLOAT -> "'" + text + "'";
      case DATA, TAG_BEGIN, TAG_END, OUTPUT_BEGIN, OUTPUT_END, STRING, END -> kind.description;
    };
  }
}
