/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A part of a template: text, an output or a tag. */
sealed interface Statement {
  /** Where it starts, from 1. */
  int line();

  record Data(String text, int line) implements Statement {}

  record Output(Expression value, int line) implements Statement {}

  record If(List<Branch> branches, List<Statement> otherwise, int line) implements Statement {
    record Branch(Expression condition, List<Statement> body) {}
  }

  record For(
      Target target,
      Expression items,
      @Nullable Expression condition,
      boolean recursive,
      List<Statement> body,
      List<Statement> otherwise,
      int line)
      implements Statement {}

  record Set(Target target, Expression value, int line) implements Statement {}

  /** Assigns what its body renders, passed through filters. */
  record SetBlock(Target target, List<FilterCall> filters, List<Statement> body, int line)
      implements Statement {}

  record FilterBlock(List<FilterCall> filters, List<Statement> body, int line)
      implements Statement {}

  record With(List<Binding> bindings, List<Statement> body, int line) implements Statement {
    record Binding(Target target, Expression value) {}
  }

  record MacroDefinition(Signature signature, List<Statement> body, int line)
      implements Statement {}

  /** Calls a macro that calls the body back. */
  record CallBlock(Expression.Call call, Signature signature, List<Statement> body, int line)
      implements Statement {}

  /** What an assistant said: its place in the rendered text is reported. */
  record Generation(List<Statement> body, int line) implements Statement {}

  record Break(int line) implements Statement {}

  record Continue(int line) implements Statement {}

  /** What can be assigned to. */
  sealed interface Target {
    record Variable(String name) implements Target {}

    record Unpacking(List<Target> targets) implements Target {}

    record NamespaceField(String namespace, String field) implements Target {}
  }

  /**
   * How a macro, or the body of a call block, is called.
   *
   * @param takesCaller the body uses {@code caller}
   * @param takesExtraNamed the body uses {@code kwargs}
   * @param takesExtra the body uses {@code varargs}
   */
  record Signature(
      String name,
      List<Parameter> parameters,
      boolean takesCaller,
      boolean takesExtraNamed,
      boolean takesExtra) {
    record Parameter(String name, @Nullable Expression otherwise) {}
  }

  /** A filter with its arguments, without its subject. */
  record FilterCall(String name, Expression.ArgumentList arguments, int line) {}
}
