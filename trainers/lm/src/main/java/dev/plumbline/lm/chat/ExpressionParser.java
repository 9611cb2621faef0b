/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import dev.plumbline.lm.chat.Expression.ArgumentList;
import dev.plumbline.lm.chat.Expression.ArithmeticOperator;
import dev.plumbline.lm.chat.Expression.ComparisonOperator;
import dev.plumbline.lm.chat.Statement.FilterCall;
import dev.plumbline.lm.chat.Token.Kind;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Parses expressions. From the loosest binding to the tightest: {@code if else}, {@code or}, {@code
 * and}, {@code not}, comparisons and {@code in}, {@code + -}, {@code ~}, {@code * / // %}, {@code
 * **} (which is left-associative in Jinja), signs, then attributes, items and calls, then filters
 * and tests.
 */
final class ExpressionParser {
  private static final Map<String, ComparisonOperator> COMPARISONS =
      Map.of(
          "==", ComparisonOperator.EQUAL,
          "!=", ComparisonOperator.NOT_EQUAL,
          "<", ComparisonOperator.LESS,
          "<=", ComparisonOperator.LESS_OR_EQUAL,
          ">", ComparisonOperator.GREATER,
          ">=", ComparisonOperator.GREATER_OR_EQUAL);
  private static final Map<String, ArithmeticOperator> SUMS =
      Map.of("+", ArithmeticOperator.ADD, "-", ArithmeticOperator.SUBTRACT);
  private static final Map<String, ArithmeticOperator> PRODUCTS =
      Map.of(
          "*", ArithmeticOperator.MULTIPLY,
          "/", ArithmeticOperator.DIVIDE,
          "//", ArithmeticOperator.FLOOR_DIVIDE,
          "%", ArithmeticOperator.REMAINDER);
  private static final Map<String, ArithmeticOperator> POWERS =
      Map.of("**", ArithmeticOperator.POWER);
  private static final Set<String> AFTER_TEST = Set.of("else", "or", "and");
  private static final int LONGEST_INTEGER = 4300;

  private final TokenStream tokens;
  private final NameUse names;

  ExpressionParser(TokenStream tokens, NameUse names) {
    this.tokens = tokens;
    this.names = names;
  }

  Expression expression() {
    int line = line();
    Expression value = or();
    while (tokens.skipName("if")) {
      Expression condition = or();
      Expression otherwise = tokens.skipName("else") ? expression() : null;
      value = new Expression.Conditional(condition, value, otherwise, line);
    }
    return value;
  }

  /** An expression, or several with commas between: a tuple. */
  Expression tuple() {
    return tuple(this::expression, false);
  }

  /** {@link #tuple} whose parts are no conditionals: an {@code if} behind it is not its own. */
  Expression tupleWithoutConditional() {
    return tuple(this::or, false);
  }

  private Expression tuple(Supplier<Expression> part, boolean mayBeEmpty) {
    int line = line();
    List<Expression> items = new ArrayList<>();
    boolean comma = false;
    while (!atTupleEnd()) {
      items.add(part.get());
      if (!tokens.skipOperator(",")) {
        break;
      }
      comma = true;
    }
    if (!comma && items.size() == 1) {
      return items.getFirst();
    }
    if (items.isEmpty() && !mayBeEmpty) {
      throw tokens.error("expected an expression, but found " + tokens.current().describe());
    }
    return new Expression.TupleLiteral(List.copyOf(items), line);
  }

  private boolean atTupleEnd() {
    return tokens.at(Kind.OUTPUT_END) || tokens.at(Kind.TAG_END) || tokens.atOperator(")");
  }

  Expression or() {
    int line = line();
    Expression left = and();
    while (tokens.skipName("or")) {
      left = new Expression.Or(left, and(), line);
    }
    return left;
  }

  private Expression and() {
    int line = line();
    Expression left = not();
    while (tokens.skipName("and")) {
      left = new Expression.And(left, not(), line);
    }
    return left;
  }

  private Expression not() {
    int line = line();
    return tokens.skipName("not") ? new Expression.Not(not(), line) : comparison();
  }

  private Expression comparison() {
    int line = line();
    Expression first = sum();
    List<Expression.Comparison.Step> steps = new ArrayList<>();
    for (ComparisonOperator operator = comparisonOperator();
        operator != null;
        operator = comparisonOperator()) {
      steps.add(new Expression.Comparison.Step(operator, sum()));
    }
    return steps.isEmpty() ? first : new Expression.Comparison(first, List.copyOf(steps), line);
  }

  private @Nullable ComparisonOperator comparisonOperator() {
    if (tokens.skipName("in")) {
      return ComparisonOperator.IN;
    }
    if (tokens.atName("not") && tokens.following().isName("in")) {
      tokens.next();
      tokens.next();
      return ComparisonOperator.NOT_IN;
    }
    return operator(COMPARISONS);
  }

  private <T> @Nullable T operator(Map<String, T> operators) {
    boolean found = tokens.at(Kind.OPERATOR) && operators.containsKey(tokens.current().text());
    return found ? operators.get(tokens.next().text()) : null;
  }

  private Expression sum() {
    return chain(SUMS, this::concatenation);
  }

  private Expression concatenation() {
    int line = line();
    List<Expression> parts = new ArrayList<>(List.of(product()));
    while (tokens.skipOperator("~")) {
      parts.add(product());
    }
    return parts.size() == 1
        ? parts.getFirst()
        : new Expression.Concatenation(List.copyOf(parts), line);
  }

  private Expression product() {
    return chain(PRODUCTS, () -> chain(POWERS, this::unary));
  }

  private Expression chain(
      Map<String, ArithmeticOperator> operators, Supplier<Expression> operand) {
    int line = line();
    Expression left = operand.get();
    for (ArithmeticOperator operator = operator(operators);
        operator != null;
        operator = operator(operators)) {
      left = new Expression.Arithmetical(operator, left, operand.get(), line);
    }
    return left;
  }

  private Expression unary() {
    return filtersAndTests(signed());
  }

  // A filter binds looser than a sign: -1|abs is (-1)|abs.
  private Expression signed() {
    int line = line();
    if (tokens.skipOperator("-")) {
      return postfix(new Expression.Negative(signed(), line));
    }
    if (tokens.skipOperator("+")) {
      return postfix(new Expression.Positive(signed(), line));
    }
    return postfix(primary());
  }

  private Expression primary() {
    Token token = tokens.current();
    int line = token.line();
    return switch (token.kind()) {
      case NAME -> name(tokens.next());
      case STRING -> strings(line);
      case INTEGER -> new Expression.Constant(integer(tokens.next()), line);
      case FLOAT ->
          new Expression.Constant(new Value.Real(Double.parseDouble(tokens.next().text())), line);
      case OPERATOR -> bracketed(token);
      case DATA, TAG_BEGIN, TAG_END, OUTPUT_BEGIN, OUTPUT_END, END -> throw unexpected(token);
    };
  }

  private ChatTemplateException unexpected(Token token) {
    return tokens.error("expected an expression, but found " + token.describe());
  }

  private Expression name(Token token) {
    return switch (token.text()) {
      case "true", "True" -> new Expression.Constant(Value.Bool.TRUE, token.line());
      case "false", "False" -> new Expression.Constant(Value.Bool.FALSE, token.line());
      case "none", "None" -> new Expression.Constant(Value.None.NONE, token.line());
      default -> {
        names.read(token.text());
        yield new Expression.Name(token.text(), token.line());
      }
    };
  }

  private Expression strings(int line) {
    StringBuilder text = new StringBuilder();
    while (tokens.at(Kind.STRING)) {
      text.append(tokens.next().text());
    }
    return new Expression.Constant(new Value.Text(text.toString()), line);
  }

  private Value integer(Token token) {
    String digits = token.text();
    if (digits.length() > LONGEST_INTEGER) {
      throw tokens.error(
          token.line(),
          "an integer may have %d digits, but has %d".formatted(LONGEST_INTEGER, digits.length()));
    }
    int base =
        switch (digits.length() > 1 ? Character.toLowerCase(digits.charAt(1)) : '0') {
          case 'b' -> 2;
          case 'o' -> 8;
          case 'x' -> 16;
          default -> 10;
        };
    return new Value.Int(new BigInteger(base == 10 ? digits : digits.substring(2), base));
  }

  private Expression bracketed(Token token) {
    int line = token.line();
    if (tokens.skipOperator("(")) {
      Expression inner = tuple(this::expression, true);
      tokens.expectOperator(")");
      return inner;
    }
    if (tokens.skipOperator("[")) {
      return new Expression.ListLiteral(separated("]", this::expression), line);
    }
    if (tokens.skipOperator("{")) {
      return new Expression.DictLiteral(separated("}", this::pair), line);
    }
    throw unexpected(token);
  }

  private Expression.DictLiteral.Pair pair() {
    Expression key = expression();
    tokens.expectOperator(":");
    return new Expression.DictLiteral.Pair(key, expression());
  }

  /** Parts with commas between, to the closing bracket; a comma may stand before it. */
  private <T> List<T> separated(String close, Supplier<T> part) {
    List<T> parts = new ArrayList<>();
    while (!tokens.skipOperator(close)) {
      if (!parts.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.skipOperator(close)) {
          break;
        }
      }
      parts.add(part.get());
    }
    return List.copyOf(parts);
  }

  private Expression postfix(Expression subject) {
    Expression value = subject;
    while (true) {
      int line = line();
      if (tokens.skipOperator(".")) {
        value = attribute(value, line);
      } else if (tokens.skipOperator("[")) {
        value = subscript(value, line);
      } else if (tokens.atOperator("(")) {
        value = call(value);
      } else {
        return value;
      }
    }
  }

  private Expression attribute(Expression subject, int line) {
    if (tokens.at(Kind.INTEGER)) {
      Expression key = new Expression.Constant(integer(tokens.next()), line);
      return new Expression.Item(subject, key, line);
    }
    return new Expression.Attribute(subject, tokens.expect(Kind.NAME).text(), line);
  }

  private Expression subscript(Expression subject, int line) {
    Expression start = tokens.atOperator(":") ? null : expression();
    if (start != null && tokens.skipOperator("]")) {
      return new Expression.Item(subject, start, line);
    }
    if (start != null && tokens.atOperator(",")) {
      throw tokens.error("several keys in one subscript are not supported");
    }
    tokens.expectOperator(":");
    Expression stop = atSliceEnd() ? null : expression();
    Expression step = tokens.skipOperator(":") && !atSliceEnd() ? expression() : null;
    tokens.expectOperator("]");
    return new Expression.Slice(subject, start, stop, step, line);
  }

  private boolean atSliceEnd() {
    return tokens.atOperator(":") || tokens.atOperator("]");
  }

  private Expression call(Expression function) {
    int line = line();
    if (function instanceof Expression.Name name) {
      names.call(name.name(), line);
    }
    return new Expression.Call(function, arguments(), line);
  }

  private ArgumentList arguments() {
    tokens.expectOperator("(");
    List<Expression> positional = new ArrayList<>();
    List<ArgumentList.Keyword> keywords = new ArrayList<>();
    while (!tokens.skipOperator(")")) {
      if (!positional.isEmpty() || !keywords.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.skipOperator(")")) {
          break;
        }
      }
      if (tokens.atOperator("*") || tokens.atOperator("**")) {
        throw tokens.error("unpacking arguments with * or ** is not supported");
      }
      if (tokens.at(Kind.NAME) && tokens.following().isOperator("=")) {
        String name = tokens.next().text();
        if (keywords.stream().anyMatch(keyword -> keyword.name().equals(name))) {
          throw tokens.error("the argument '%s' is given twice".formatted(name));
        }
        tokens.next();
        keywords.add(new ArgumentList.Keyword(name, expression()));
      } else if (keywords.isEmpty()) {
        positional.add(expression());
      } else {
        throw tokens.error("a positional argument follows one with a name");
      }
    }
    return new ArgumentList(List.copyOf(positional), List.copyOf(keywords));
  }

  private Expression filtersAndTests(Expression subject) {
    Expression value = subject;
    while (true) {
      if (tokens.skipOperator("|")) {
        value = new Expression.Filtered(value, filter());
      } else if (tokens.skipName("is")) {
        value = test(value);
      } else if (tokens.atOperator("(")) {
        value = call(value);
      } else {
        return value;
      }
    }
  }

  /** The filters of a filter or set block, each but perhaps the first behind a bar. */
  List<FilterCall> filters() {
    List<FilterCall> filters = new ArrayList<>();
    while (tokens.skipOperator("|")) {
      filters.add(filter());
    }
    return filters;
  }

  FilterCall filter() {
    Token name = tokens.expect(Kind.NAME);
    if (!Filters.isKnown(name.text())) {
      throw tokens.error(name.line(), "the filter '%s' is not supported".formatted(name.text()));
    }
    ArgumentList arguments = tokens.atOperator("(") ? arguments() : ArgumentList.NONE;
    return new FilterCall(name.text(), arguments, name.line());
  }

  private Expression test(Expression subject) {
    int line = line();
    boolean negated = tokens.skipName("not");
    Token name = tokens.expect(Kind.NAME);
    if (!Tests.isKnown(name.text())) {
      throw tokens.error(name.line(), "the test '%s' is not supported".formatted(name.text()));
    }
    Expression test = new Expression.Test(subject, name.text(), testArguments(), line);
    return negated ? new Expression.Not(test, line) : test;
  }

  private ArgumentList testArguments() {
    if (tokens.atOperator("(")) {
      return arguments();
    }
    Token token = tokens.current();
    boolean argument =
        switch (token.kind()) {
          case NAME -> !AFTER_TEST.contains(token.text());
          case STRING, INTEGER, FLOAT -> true;
          case OPERATOR -> token.text().equals("[") || token.text().equals("{");
          case DATA, TAG_BEGIN, TAG_END, OUTPUT_BEGIN, OUTPUT_END, END -> false;
        };
    if (!argument) {
      return ArgumentList.NONE;
    }
    if (token.isName("is")) {
      throw tokens.error("tests can't be chained with 'is'");
    }
    return new ArgumentList(List.of(postfix(primary())), List.of());
  }

  private int line() {
    return tokens.current().line();
  }
}
