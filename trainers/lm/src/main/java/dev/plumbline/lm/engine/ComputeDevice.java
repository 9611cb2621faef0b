/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.engine;

import ai.djl.Device;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where arrays live and programs run. */
public sealed interface ComputeDevice {
  Pattern CUDA = Pattern.compile("cuda(?::([0-9]{1,3}))?");

  /** The processor. */
  record Cpu() implements ComputeDevice {
    @Override
    public String toString() {
      return "cpu";
    }
  }

  /**
   * One GPU of NVIDIA's.
   *
   * @param index from 0, as {@code CUDA_VISIBLE_DEVICES} leaves them
   */
  record Cuda(int index) implements ComputeDevice {
    @Override
    public String toString() {
      return "cuda:" + index;
    }
  }

  /**
   * Reads {@code cpu}, {@code cuda} (the first one) or {@code cuda:N}.
   *
   * @throws IllegalArgumentException when it is none of them
   */
  static ComputeDevice parse(String name) {
    Matcher cuda = CUDA.matcher(name);
    if (cuda.matches()) {
      return new Cuda(cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1)));
    }
    if (!name.equals("cpu")) {
      throw new IllegalArgumentException(
          "device must be cpu, cuda or cuda:N, but was '" + name + "'");
    }
    return new Cpu();
  }

  /** The same in the binding's words. */
  default Device toDjl() {
    return switch (this) {
      case Cpu cpu -> Device.cpu();
      case Cuda cuda -> Device.gpu(cuda.index());
    };
  }
}
