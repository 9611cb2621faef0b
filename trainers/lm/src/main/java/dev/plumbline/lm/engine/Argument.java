/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.engine;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Map;

/** An argument of a tensor program's method. */
public sealed interface Argument {

  /** {@code Tensor}. */
  record One(NDArray tensor) implements Argument {}

  /** {@code List[Tensor]}; not empty. */
  record Many(List<NDArray> tensors) implements Argument {}

  /** {@code Dict[str, Tensor]}; may be empty. */
  record Named(Map<String, NDArray> tensors) implements Argument {}
}
