/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A compiled tensor program: TorchScript source with methods from tensors to tensors. It holds no
 * weights. All methods compile when it is loaded, so that an error shows at once, with its source
 * line.
 */
public final class TensorProgram implements AutoCloseable {
  private final PtSymbolBlock block;

  private TensorProgram(PtSymbolBlock block) {
    this.block = block;
  }

  /**
   * @param manager that the compiled program lives in
   * @param owner class beside which the sources lie as resources
   * @param resources file names of the sources: methods of one class
   * @param className of the class; what the methods call the type of {@code self}
   * @param constants values of the class's attributes
   */
  static TensorProgram compile(
      NDManager manager,
      Class<?> owner,
      List<String> resources,
      String className,
      Map<String, Number> constants) {
    String methods =
        resources.stream()
            .map(resource -> source(owner, resource))
            .collect(Collectors.joining("\n"));
    byte[] archive = ProgramArchive.pack(methods, className, new TreeMap<>(constants));
    try {
      return new TensorProgram(
          JniUtils.loadModule(
              (PtNDManager) manager, new ByteArrayInputStream(archive), false, false));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs a method. The graph is recorded when the thread's gradient mode is on.
   *
   * @param scope that the results belong to
   * @return the tensors returned, in order
   */
  public List<NDArray> call(NDManager scope, String method, Argument... arguments) {
    // DJL picks the method and groups the arguments by the arrays' names; results go to the first
    // array's manager.
    NDList inputs = new NDList();
    NDArray methodName = scope.create(0);
    methodName.setName("module_method:" + method);
    inputs.add(methodName);
    for (int i = 0; i < arguments.length; i++) {
      String name = "argument" + i;
      switch (arguments[i]) {
        case Argument.One one -> add(inputs, one.tensor(), name);
        case Argument.Many many -> many.tensors().forEach(t -> add(inputs, t, name + "[]"));
        case Argument.Named named when named.tensors().isEmpty() ->
            // The binding has no empty dictionary: one entry under a name that no program asks for.
            add(inputs, scope.create(0), name + ".nothing");
        case Argument.Named named ->
            named.tensors().forEach((key, t) -> add(inputs, t, name + "." + key));
      }
    }
    NDList results = IValueUtils.forward(block, inputs, true);
    methodName.close();
    return results;
  }

  private static void add(NDList inputs, NDArray tensor, String name) {
    tensor.setName(name);
    inputs.add(tensor);
  }

  private static String source(Class<?> owner, String resource) {
    try (InputStream in = owner.getResourceAsStream(resource)) {
      return new String(
          Objects.requireNonNull(in, () -> "resource " + resource + " is missing").readAllBytes(),
          StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    block.close();
  }
}
