/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import dev.plumbline.lm.chat.Statement.Signature;
import dev.plumbline.lm.chat.Statement.Target;
import dev.plumbline.lm.chat.Value.Function;
import dev.plumbline.lm.chat.Value.LoopValue;
import dev.plumbline.lm.chat.Value.Namespace;
import dev.plumbline.lm.chat.Value.Text;
import dev.plumbline.lm.chat.Value.Tuple;
import dev.plumbline.lm.chat.Value.Undefined;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Executes the statements of a template once. */
final class Renderer {
  /** How a body of statements was left. */
  private enum Flow {
    NEXT,
    BREAK,
    CONTINUE
  }

  private final Evaluator evaluator;
  private final List<Span> generations = new ArrayList<>();
  private StringBuilder output = new StringBuilder();

  private Renderer(String file) {
    this.evaluator = new Evaluator(file);
  }

  static RenderedChat render(String file, List<Statement> template, Scope scope) {
    Renderer renderer = new Renderer(file);
    renderer.execute(template, scope.inner());
    return new RenderedChat(renderer.output.toString(), renderer.generations);
  }

  private Flow execute(List<Statement> body, Scope scope) {
    for (Statement statement : body) {
      Flow flow = execute(statement, scope);
      if (flow != Flow.NEXT) {
        return flow;
      }
    }
    return Flow.NEXT;
  }

  private Flow execute(Statement statement, Scope scope) {
    try {
      evaluator.step();
      switch (statement) {
        case Statement.Data data -> put(data.text());
        case Statement.Output out ->
            put(Representation.str(evaluator.evaluate(out.value(), scope)));
        case Statement.If conditional -> {
          return conditional(conditional, scope);
        }
        case Statement.For loop -> loop(loop, scope);
        case Statement.Set set ->
            assign(set.target(), evaluator.evaluate(set.value(), scope), scope);
        case Statement.SetBlock set -> {
          return capture(
              set.body(), set.filters(), scope, text -> assign(set.target(), text, scope));
        }
        case Statement.FilterBlock filter -> {
          return capture(
              filter.body(), filter.filters(), scope, text -> put(Representation.str(text)));
        }
        case Statement.With with -> {
          return with(with, scope);
        }
        case Statement.MacroDefinition macro ->
            scope.set(macro.signature().name(), macro(macro.signature(), macro.body(), scope));
        case Statement.CallBlock block -> put(Representation.str(callBlock(block, scope)));
        case Statement.Generation generation -> generation(generation, scope);
        case Statement.Break stop -> {
          return Flow.BREAK;
        }
        case Statement.Continue next -> {
          return Flow.CONTINUE;
        }
      }
      return Flow.NEXT;
    } catch (Failure e) {
      throw evaluator.at(statement.line(), e);
    }
  }

  private void put(String text) {
    PythonText.checkLength((long) output.length() + text.length());
    output.append(text);
  }

  private Flow conditional(Statement.If conditional, Scope scope) {
    for (Statement.If.Branch branch : conditional.branches()) {
      if (evaluator.evaluate(branch.condition(), scope).truth()) {
        return execute(branch.body(), scope);
      }
    }
    return execute(conditional.otherwise(), scope);
  }

  private void loop(Statement.For loop, Scope scope) {
    loop(loop, evaluator.evaluate(loop.items(), scope), scope, 0);
  }

  private void loop(Statement.For loop, Value items, Scope scope, int depth) {
    List<Value> walked = new ArrayList<>();
    Iterator<Value> all = Iteration.iterate(items);
    while (all.hasNext()) {
      evaluator.step();
      Value item = all.next();
      if (isWanted(loop, item, scope)) {
        walked.add(item);
      }
    }
    LoopState state =
        new LoopState(
            walked,
            depth,
            loop.recursive() ? arguments -> recurse(loop, arguments, scope, depth + 1) : null);
    for (int i = 0; i < walked.size(); i++) {
      state.moveTo(i);
      Scope iteration = scope.inner();
      assign(loop.target(), walked.get(i), iteration);
      iteration.set("loop", new LoopValue(state));
      if (execute(loop.body(), iteration) == Flow.BREAK) {
        return;
      }
    }
    if (walked.isEmpty()) {
      execute(loop.otherwise(), scope.inner());
    }
  }

  private boolean isWanted(Statement.For loop, Value item, Scope scope) {
    if (loop.condition() == null) {
      return true;
    }
    Scope iteration = scope.inner();
    assign(loop.target(), item, iteration);
    return evaluator.evaluate(loop.condition(), iteration).truth();
  }

  private Value recurse(Statement.For loop, Arguments arguments, Scope scope, int depth) {
    Value items = arguments.bind("loop", 1, "iterable").get("iterable");
    StringBuilder outer = output;
    output = new StringBuilder();
    loop(loop, items, scope, depth);
    Value text = new Text(output.toString());
    output = outer;
    return text;
  }

  /** Renders a body apart and hands its filtered text on, unless the body leaves its loop. */
  private Flow capture(
      List<Statement> body,
      List<Statement.FilterCall> filters,
      Scope scope,
      Consumer<Value> consumer) {
    StringBuilder outer = output;
    output = new StringBuilder();
    Flow flow = execute(body, scope.inner());
    Value text = new Text(output.toString());
    output = outer;
    if (flow == Flow.NEXT) {
      for (Statement.FilterCall filter : filters) {
        text = evaluator.filter(filter, text, scope);
      }
      consumer.accept(text);
    }
    return flow;
  }

  private Flow with(Statement.With with, Scope scope) {
    Scope inner = scope.inner();
    for (Statement.With.Binding binding : with.bindings()) {
      assign(binding.target(), evaluator.evaluate(binding.value(), scope), inner);
    }
    return execute(with.body(), inner);
  }

  private Function macro(Signature signature, List<Statement> body, Scope definition) {
    return new Function(
        signature.name(),
        arguments -> {
          Scope scope = definition.inner();
          bind(signature, arguments, scope);
          StringBuilder outer = output;
          output = new StringBuilder();
          execute(body, scope);
          Value text = new Text(output.toString());
          output = outer;
          return text;
        });
  }

  private void bind(Signature signature, Arguments arguments, Scope scope) {
    List<Value> extra = arguments.positional();
    Map<String, Value> named = new LinkedHashMap<>(arguments.named());
    for (Signature.Parameter parameter : signature.parameters()) {
      Value value = extra.isEmpty() ? named.remove(parameter.name()) : extra.getFirst();
      extra = extra.isEmpty() ? extra : extra.subList(1, extra.size());
      scope.set(parameter.name(), value == null ? otherwise(parameter, scope) : value);
    }
    if (signature.takesCaller()) {
      Value caller = named.remove("caller");
      scope.set("caller", caller == null ? new Undefined("No caller defined") : caller);
    }
    if (signature.takesExtraNamed()) {
      scope.set("kwargs", Functions.dict(named));
    } else if (!named.isEmpty()) {
      throw new Failure(
          "macro '%s' takes no keyword argument '%s'"
              .formatted(signature.name(), named.keySet().iterator().next()));
    }
    if (signature.takesExtra()) {
      scope.set("varargs", new Tuple(extra));
    } else if (!extra.isEmpty()) {
      throw new Failure(
          "macro '%s' takes not more than %d argument(s)"
              .formatted(signature.name(), signature.parameters().size()));
    }
  }

  private Value otherwise(Signature.Parameter parameter, Scope scope) {
    return parameter.otherwise() == null
        ? new Undefined("parameter '%s' was not provided".formatted(parameter.name()))
        : evaluator.evaluate(parameter.otherwise(), scope);
  }

  private Value callBlock(Statement.CallBlock block, Scope scope) {
    Value function = evaluator.evaluate(block.call().function(), scope);
    Arguments arguments = evaluator.arguments(block.call().arguments(), scope);
    Function caller = macro(block.signature(), block.body(), scope);
    return evaluator.call(function, arguments.with("caller", caller));
  }

  private void generation(Statement.Generation generation, Scope scope) {
    int start = output.length();
    execute(generation.body(), scope.inner());
    generations.add(new Span(start, output.length()));
  }

  private void assign(Target target, Value value, Scope scope) {
    switch (target) {
      case Target.Variable variable -> scope.set(variable.name(), value);
      case Target.Unpacking unpacking -> unpack(unpacking.targets(), value, scope);
      case Target.NamespaceField field -> {
        if (!(scope.get(field.namespace()) instanceof Namespace namespace)) {
          throw new Failure(
              "can't assign to '%s.%s': '%s' is not a namespace"
                  .formatted(field.namespace(), field.field(), field.namespace()));
        }
        namespace.fields().put(Functions.fieldName(field.field()), value);
      }
    }
  }

  private void unpack(List<Target> targets, Value value, Scope scope) {
    List<Value> values = Iteration.list(value);
    if (values.size() != targets.size()) {
      throw new Failure(
          "can't unpack %d values into %d variables".formatted(values.size(), targets.size()));
    }
    for (int i = 0; i < targets.size(); i++) {
      assign(targets.get(i), values.get(i), scope);
    }
  }
}
