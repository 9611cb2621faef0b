/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a template computes. */
sealed interface Expression {
  /** Where it starts, from 1. */
  int line();

  record Constant(Value value, int line) implements Expression {}

  record Name(String name, int line) implements Expression {}

  record ListLiteral(List<Expression> items, int line) implements Expression {}

  record TupleLiteral(List<Expression> items, int line) implements Expression {}

  record DictLiteral(List<Pair> pairs, int line) implements Expression {
    record Pair(Expression key, Expression value) {}
  }

  /** {@code subject.name}. */
  record Attribute(Expression subject, String name, int line) implements Expression {}

  /** {@code subject[key]}. */
  record Item(Expression subject, Expression key, int line) implements Expression {}

  /** {@code subject[start:stop:step]}. */
  record Slice(
      Expression subject,
      @Nullable Expression start,
      @Nullable Expression stop,
      @Nullable Expression step,
      int line)
      implements Expression {}

  record Call(Expression function, ArgumentList arguments, int line) implements Expression {}

  record Filtered(Expression subject, Statement.FilterCall filter) implements Expression {
    @Override
    public int line() {
      return filter.line();
    }
  }

  record Test(Expression subject, String name, ArgumentList arguments, int line)
      implements Expression {}

  record Not(Expression operand, int line) implements Expression {}

  record Negative(Expression operand, int line) implements Expression {}

  record Positive(Expression operand, int line) implements Expression {}

  record And(Expression left, Expression right, int line) implements Expression {}

  record Or(Expression left, Expression right, int line) implements Expression {}

  record Arithmetical(ArithmeticOperator operator, Expression left, Expression right, int line)
      implements Expression {}

  /** {@code a ~ b ~ c}. */
  record Concatenation(List<Expression> parts, int line) implements Expression {}

  /** {@code a < b <= c}: every neighbour compared, up to the first that fails. */
  record Comparison(Expression first, List<Step> steps, int line) implements Expression {
    record Step(ComparisonOperator operator, Expression operand) {}
  }

  /** {@code value if condition else otherwise}. */
  record Conditional(
      Expression condition, Expression value, @Nullable Expression otherwise, int line)
      implements Expression {}

  /** Arguments of a call, filter or test. */
  record ArgumentList(List<Expression> positional, List<Keyword> keywords) {
    static final ArgumentList NONE = new ArgumentList(List.of(), List.of());

    record Keyword(String name, Expression value) {}
  }

  enum ArithmeticOperator {
    ADD,
    SUBTRACT,
    MULTIPLY,
    DIVIDE,
    FLOOR_DIVIDE,
    REMAINDER,
    POWER
  }

  enum ComparisonOperator {
    EQUAL,
    NOT_EQUAL,
    LESS,
    LESS_OR_EQUAL,
    GREATER,
    GREATER_OR_EQUAL,
    IN,
    NOT_IN
  }
}
