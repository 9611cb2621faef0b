/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import dev.plumbline.lm.chat.Expression.ArgumentList;
import dev.plumbline.lm.chat.Expression.ComparisonOperator;
import dev.plumbline.lm.chat.Value.Bool;
import dev.plumbline.lm.chat.Value.Dict;
import dev.plumbline.lm.chat.Value.Function;
import dev.plumbline.lm.chat.Value.ListValue;
import dev.plumbline.lm.chat.Value.LoopValue;
import dev.plumbline.lm.chat.Value.Text;
import dev.plumbline.lm.chat.Value.Tuple;
import dev.plumbline.lm.chat.Value.Undefined;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Computes expressions. One rendering owns it: it counts the steps that the rendering takes. */
final class Evaluator {
  // A conversation of a thousand messages takes a tenth of them at most.
  private static final int MAX_STEPS = 5_000_000;

  private final String file;
  private int steps;

  Evaluator(String file) {
    this.file = file;
  }

  /**
   * @throws ChatTemplateException with the line of the part that fails
   */
  Value evaluate(Expression expression, Scope scope) {
    try {
      step();
      return value(expression, scope);
    } catch (Failure e) {
      throw at(expression.line(), e);
    }
  }

  /** A failure with its place. */
  ChatTemplateException at(int line, Failure failure) {
    return new ChatTemplateException(file, line, failure.getMessage());
  }

  /** Counts a step of the rendering. */
  void step() {
    steps++;
    if (steps > MAX_STEPS) {
      throw new Failure("the template does not end within %d steps".formatted(MAX_STEPS));
    }
  }

  private Value value(Expression expression, Scope scope) {
    return switch (expression) {
      case Expression.Constant constant -> constant.value();
      case Expression.Name name -> scope.get(name.name());
      case Expression.ListLiteral list -> new ListValue(all(list.items(), scope));
      case Expression.TupleLiteral tuple -> new Tuple(all(tuple.items(), scope));
      case Expression.DictLiteral dict -> dict(dict, scope);
      case Expression.Attribute attribute ->
          Attributes.get(evaluate(attribute.subject(), scope), attribute.name());
      case Expression.Item item ->
          Subscript.item(evaluate(item.subject(), scope), evaluate(item.key(), scope));
      case Expression.Slice slice ->
          Subscript.slice(
              evaluate(slice.subject(), scope),
              bound(slice.start(), scope),
              bound(slice.stop(), scope),
              bound(slice.step(), scope));
      case Expression.Call call -> call(call, scope);
      case Expression.Filtered filtered ->
          filter(filtered.filter(), evaluate(filtered.subject(), scope), scope);
      case Expression.Test test ->
          Bool.of(
              Tests.test(
                  test.name(),
                  evaluate(test.subject(), scope),
                  arguments(test.arguments(), scope)));
      case Expression.Not not -> Bool.of(!evaluate(not.operand(), scope).truth());
      case Expression.Negative negative -> Arithmetic.negative(evaluate(negative.operand(), scope));
      case Expression.Positive positive -> Arithmetic.positive(evaluate(positive.operand(), scope));
      case Expression.And and -> {
        Value left = evaluate(and.left(), scope);
        yield left.truth() ? evaluate(and.right(), scope) : left;
      }
      case Expression.Or or -> {
        Value left = evaluate(or.left(), scope);
        yield left.truth() ? left : evaluate(or.right(), scope);
      }
      case Expression.Arithmetical sum ->
          Arithmetic.apply(
              sum.operator(), evaluate(sum.left(), scope), evaluate(sum.right(), scope));
      case Expression.Concatenation concatenation -> concatenation(concatenation, scope);
      case Expression.Comparison comparison -> comparison(comparison, scope);
      case Expression.Conditional conditional -> conditional(conditional, scope);
    };
  }

  private List<Value> all(List<Expression> expressions, Scope scope) {
    List<Value> values = new ArrayList<>(expressions.size());
    for (Expression expression : expressions) {
      values.add(evaluate(expression, scope));
    }
    return values;
  }

  private Dict dict(Expression.DictLiteral literal, Scope scope) {
    List<Map.Entry<Value, Value>> entries = new ArrayList<>();
    for (Expression.DictLiteral.Pair pair : literal.pairs()) {
      entries.add(Map.entry(evaluate(pair.key(), scope), evaluate(pair.value(), scope)));
    }
    return Dict.of(entries);
  }

  private Value bound(@Nullable Expression expression, Scope scope) {
    return expression == null ? Value.None.NONE : evaluate(expression, scope);
  }

  private Value call(Expression.Call call, Scope scope) {
    Value function = evaluate(call.function(), scope);
    return call(function, arguments(call.arguments(), scope));
  }

  /** Calls what can be called. */
  Value call(Value function, Arguments arguments) {
    return switch (function) {
      case Function callable -> callable.body().call(arguments);
      case LoopValue loop -> loop.state().recurse(arguments);
      case Undefined undefined -> throw new Failure(undefined.message());
      default -> throw new Failure("a %s can't be called".formatted(function.type()));
    };
  }

  Arguments arguments(ArgumentList list, Scope scope) {
    if (list.positional().isEmpty() && list.keywords().isEmpty()) {
      return Arguments.NONE;
    }
    Map<String, Value> named = new LinkedHashMap<>();
    List<Value> positional = all(list.positional(), scope);
    for (ArgumentList.Keyword keyword : list.keywords()) {
      named.put(keyword.name(), evaluate(keyword.value(), scope));
    }
    return new Arguments(positional, named);
  }

  Value filter(Statement.FilterCall filter, Value subject, Scope scope) {
    try {
      return Filters.apply(filter.name(), subject, arguments(filter.arguments(), scope));
    } catch (Failure e) {
      throw at(filter.line(), e);
    }
  }

  private Value concatenation(Expression.Concatenation concatenation, Scope scope) {
    StringBuilder text = new StringBuilder();
    for (Expression part : concatenation.parts()) {
      text.append(Representation.str(evaluate(part, scope)));
      PythonText.checkLength(text.length());
    }
    return new Text(text.toString());
  }

  private Value comparison(Expression.Comparison comparison, Scope scope) {
    Value left = evaluate(comparison.first(), scope);
    for (Expression.Comparison.Step step : comparison.steps()) {
      Value right = evaluate(step.operand(), scope);
      if (!holds(step.operator(), left, right)) {
        return Bool.FALSE;
      }
      left = right;
    }
    return Bool.TRUE;
  }

  private static boolean holds(ComparisonOperator operator, Value left, Value right) {
    return switch (operator) {
      case EQUAL -> Equality.equal(left, right);
      case NOT_EQUAL -> !Equality.equal(left, right);
      case LESS -> Tests.less(left, right);
      case LESS_OR_EQUAL -> Tests.lessOrEqual(left, right);
      case GREATER -> Tests.greater(left, right);
      case GREATER_OR_EQUAL -> Tests.greaterOrEqual(left, right);
      case IN -> Iteration.contains(right, left);
      case NOT_IN -> !Iteration.contains(right, left);
    };
  }

  private Value conditional(Expression.Conditional conditional, Scope scope) {
    if (evaluate(conditional.condition(), scope).truth()) {
      return evaluate(conditional.value(), scope);
    }
    return conditional.otherwise() == null
        ? new Undefined("the conditional expression has no else")
        : evaluate(conditional.otherwise(), scope);
  }
}
