/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import dev.plumbline.lm.chat.Statement.FilterCall;
import dev.plumbline.lm.chat.Statement.Signature;
import dev.plumbline.lm.chat.Statement.Target;
import dev.plumbline.lm.chat.Token.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Parses a template into statements, refusing by name what is not supported. */
final class Parser {
  private static final Set<String> CONSTANTS =
      Set.of("true", "True", "false", "False", "none", "None");

  private final TokenStream tokens;
  private final NameUse names = new NameUse();
  private final ExpressionParser expressions;
  // Open blocks, the innermost first: what an end tag may close.
  private final Deque<String> open = new ArrayDeque<>();
  // Loops that a break would leave; a macro's body is no part of the loop it stands in.
  private int loops;
  // Blocks whose text is collected before it is put out.
  private int collecting;

  private Parser(TokenStream tokens) {
    this.tokens = tokens;
    this.expressions = new ExpressionParser(tokens, names);
  }

  /**
   * @throws ChatTemplateException naming the line
   */
  static List<Statement> parse(String file, String source) {
    Parser parser = new Parser(new TokenStream(file, Lexer.tokens(file, source)));
    List<Statement> template = parser.body(Set.of());
    for (Map.Entry<String, Integer> call : parser.names.unknownCalls().entrySet()) {
      throw new ChatTemplateException(
          file,
          call.getValue(),
          "the function '%s' is not supported, nor a macro of the template"
              .formatted(call.getKey()));
    }
    return template;
  }

  /** Statements up to a tag of one of these names, whose name is the current token then. */
  private List<Statement> body(Set<String> ends) {
    List<Statement> body = new ArrayList<>();
    while (!tokens.at(Kind.END)) {
      Token token = tokens.next();
      if (token.kind() == Kind.DATA) {
        body.add(new Statement.Data(token.text(), token.line()));
      } else if (token.kind() == Kind.OUTPUT_BEGIN) {
        body.add(new Statement.Output(expressions.tuple(), token.line()));
        tokens.expect(Kind.OUTPUT_END);
      } else {
        if (tokens.at(Kind.NAME) && ends.contains(tokens.current().text())) {
          return List.copyOf(body);
        }
        body.add(statement());
        tokens.expect(Kind.TAG_END);
      }
    }
    if (!ends.isEmpty()) {
      throw tokens.error(
          "unexpected end of template: '%s' is not closed (%s is missing)"
              .formatted(open.peek(), String.join(" or ", ends.stream().sorted().toList())));
    }
    return List.copyOf(body);
  }

  /** The body of a block: from the end of its tag to the tag that ends it. */
  private List<Statement> block(String name, String... ends) {
    tokens.skipOperator(":");
    tokens.expect(Kind.TAG_END);
    open.push(name);
    List<Statement> body = body(Set.of(ends));
    open.pop();
    return body;
  }

  private List<Statement> blockToEnd(String name, String end) {
    List<Statement> body = block(name, end);
    tokens.next();
    return body;
  }

  private Statement statement() {
    Token tag = tokens.expect(Kind.NAME);
    int line = tag.line();
    return switch (tag.text()) {
      case "if" -> conditional(line);
      case "for" -> loop(line);
      case "set" -> set(line);
      case "with" -> with(line);
      case "filter" -> filterBlock(line);
      case "macro" -> macro(line);
      case "call" -> callBlock(line);
      case "generation" -> generation(line);
      case "break" -> new Statement.Break(inLoop(tag));
      case "continue" -> new Statement.Continue(inLoop(tag));
      default -> throw unknownTag(tag);
    };
  }

  private ChatTemplateException unknownTag(Token tag) {
    boolean end =
        tag.text().startsWith("end") || tag.text().equals("else") || tag.text().equals("elif");
    if (!end) {
      return tokens.error(tag.line(), "the tag '%s' is not supported".formatted(tag.text()));
    }
    return tokens.error(
        tag.line(),
        "unexpected tag '%s'%s"
            .formatted(tag.text(), open.isEmpty() ? "" : " in '" + open.peek() + "'"));
  }

  private int inLoop(Token tag) {
    if (loops == 0) {
      throw tokens.error(tag.line(), "'%s' outside a loop".formatted(tag.text()));
    }
    return tag.line();
  }

  private Statement conditional(int line) {
    List<Statement.If.Branch> branches = new ArrayList<>();
    List<Statement> otherwise = List.of();
    String tag = "elif";
    while (tag.equals("elif")) {
      Expression condition = expressions.tupleWithoutConditional();
      List<Statement> body = block("if", "elif", "else", "endif");
      branches.add(new Statement.If.Branch(condition, body));
      tag = tokens.next().text();
    }
    if (tag.equals("else")) {
      otherwise = blockToEnd("else", "endif");
    }
    return new Statement.If(List.copyOf(branches), otherwise, line);
  }

  private Statement loop(int line) {
    Target target = target(false);
    if (assigns(target, "loop")) {
      throw tokens.error(line, "the variable of a loop can't be called 'loop'");
    }
    tokens.expectName("in");
    Expression items = expressions.tupleWithoutConditional();
    Expression condition = tokens.skipName("if") ? expressions.expression() : null;
    boolean recursive = tokens.skipName("recursive");
    loops++;
    collecting += recursive ? 1 : 0;
    List<Statement> body = block("for", "else", "endfor");
    collecting -= recursive ? 1 : 0;
    loops--;
    List<Statement> otherwise =
        tokens.next().text().equals("else") ? blockToEnd("else", "endfor") : List.of();
    return new Statement.For(target, items, condition, recursive, body, otherwise, line);
  }

  private static boolean assigns(Target target, String name) {
    return switch (target) {
      case Target.Variable variable -> variable.name().equals(name);
      case Target.Unpacking unpacking ->
          unpacking.targets().stream().anyMatch(part -> assigns(part, name));
      case Target.NamespaceField field -> false;
    };
  }

  private Statement set(int line) {
    Target target = target(true);
    if (tokens.skipOperator("=")) {
      return new Statement.Set(target, expressions.tuple(), line);
    }
    List<FilterCall> filters = expressions.filters();
    collecting++;
    List<Statement> body = blockToEnd("set", "endset");
    collecting--;
    return new Statement.SetBlock(target, filters, body, line);
  }

  private Statement with(int line) {
    List<Statement.With.Binding> bindings = new ArrayList<>();
    while (!tokens.at(Kind.TAG_END)) {
      if (!bindings.isEmpty()) {
        tokens.expectOperator(",");
      }
      Target target = target(false);
      tokens.expectOperator("=");
      bindings.add(new Statement.With.Binding(target, expressions.expression()));
    }
    return new Statement.With(List.copyOf(bindings), blockToEnd("with", "endwith"), line);
  }

  private Statement filterBlock(int line) {
    List<FilterCall> filters = new ArrayList<>(List.of(expressions.filter()));
    filters.addAll(expressions.filters());
    collecting++;
    List<Statement> body = blockToEnd("filter", "endfilter");
    collecting--;
    return new Statement.FilterBlock(List.copyOf(filters), body, line);
  }

  private Statement macro(int line) {
    String name = assignable(tokens.expect(Kind.NAME));
    names.beginBody();
    List<Signature.Parameter> parameters = parameters();
    List<Statement> body = separateBody("macro", "endmacro");
    return new Statement.MacroDefinition(signature(name, parameters, names.endBody()), body, line);
  }

  private Statement callBlock(int line) {
    names.beginBody();
    List<Signature.Parameter> parameters = tokens.atOperator("(") ? parameters() : List.of();
    Expression call = expressions.expression();
    if (!(call instanceof Expression.Call macroCall)) {
      throw tokens.error(line, "the tag 'call' needs a call");
    }
    List<Statement> body = separateBody("call", "endcall");
    Signature signature = signature("caller", parameters, names.endBody());
    return new Statement.CallBlock(macroCall, signature, body, line);
  }

  private static Signature signature(
      String name, List<Signature.Parameter> parameters, Set<String> read) {
    Set<String> own = Set.copyOf(parameters.stream().map(Signature.Parameter::name).toList());
    return new Signature(
        name,
        parameters,
        read.contains("caller") && !own.contains("caller"),
        read.contains("kwargs") && !own.contains("kwargs"),
        read.contains("varargs") && !own.contains("varargs"));
  }

  private List<Signature.Parameter> parameters() {
    List<Signature.Parameter> parameters = new ArrayList<>();
    tokens.expectOperator("(");
    while (!tokens.skipOperator(")")) {
      if (!parameters.isEmpty()) {
        tokens.expectOperator(",");
      }
      Token token = tokens.expect(Kind.NAME);
      String name = assignable(token);
      if (parameters.stream().anyMatch(parameter -> parameter.name().equals(name))) {
        throw tokens.error(token.line(), "the parameter '%s' is declared twice".formatted(name));
      }
      Expression otherwise = tokens.skipOperator("=") ? expressions.expression() : null;
      if (otherwise == null && !parameters.isEmpty() && hasDefault(parameters.getLast())) {
        throw tokens.error("a parameter without a default follows one with a default");
      }
      parameters.add(new Signature.Parameter(name, otherwise));
    }
    return List.copyOf(parameters);
  }

  private static boolean hasDefault(Signature.Parameter parameter) {
    return parameter.otherwise() != null;
  }

  private Statement generation(int line) {
    if (collecting > 0) {
      throw tokens.error(
          line,
          "the tag 'generation' is not supported inside '%s': where its text will stand is not"
                  .formatted(open.peek())
              + " known there");
    }
    return new Statement.Generation(separateBody("generation", "endgeneration"), line);
  }

  /** A body that is rendered as a function of its own: no break leaves it. */
  private List<Statement> separateBody(String name, String end) {
    int outerLoops = loops;
    loops = 0;
    collecting++;
    List<Statement> body = blockToEnd(name, end);
    collecting--;
    loops = outerLoops;
    return body;
  }

  private Target target(boolean mayBeField) {
    List<Target> targets = new ArrayList<>();
    boolean comma = false;
    do {
      if (!targets.isEmpty() && endsTargets()) {
        break;
      }
      targets.add(singleTarget(mayBeField));
      comma |= tokens.atOperator(",");
    } while (tokens.skipOperator(","));
    return comma ? new Target.Unpacking(List.copyOf(targets)) : targets.getFirst();
  }

  private boolean endsTargets() {
    return tokens.atOperator(")") || tokens.at(Kind.TAG_END);
  }

  private Target singleTarget(boolean mayBeField) {
    if (tokens.skipOperator("(")) {
      Target inner = target(mayBeField);
      tokens.expectOperator(")");
      return inner;
    }
    Token token = tokens.expect(Kind.NAME);
    if (mayBeField && tokens.skipOperator(".")) {
      names.read(token.text());
      return new Target.NamespaceField(token.text(), tokens.expect(Kind.NAME).text());
    }
    return new Target.Variable(assignable(token));
  }

  private String assignable(Token name) {
    if (CONSTANTS.contains(name.text())) {
      throw tokens.error(name.line(), "can't assign to '%s'".formatted(name.text()));
    }
    names.assign(name.text());
    return name.text();
  }
}
