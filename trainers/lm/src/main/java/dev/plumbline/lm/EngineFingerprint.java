/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import dev.plumbline.lm.engine.CpuFeatures;
import dev.plumbline.lm.engine.TensorEngine;

/**
 * What equal bytes depend on besides the inputs: two runs whose fingerprints are equal compute
 * equal bytes.
 *
 * @param architecture of the processor, for example {@code amd64}
 * @param cpuFeatures vendor and the vector extensions that kernels are chosen by, sorted, separated
 *     by spaces
 * @param device {@code cpu} or {@code cuda:N}; GPUs of different models round differently and are
 *     not told apart
 * @param threads libtorch threads
 * @param precision floating-point type
 * @param libtorchVersion version of the native library
 * @param djlVersion version of the Java binding
 */
public record EngineFingerprint(
    String architecture,
    String cpuFeatures,
    String device,
    int threads,
    Precision precision,
    String libtorchVersion,
    String djlVersion) {

  static EngineFingerprint of(TensorEngine engine, Precision precision) {
    return new EngineFingerprint(
        System.getProperty("os.arch"),
        CpuFeatures.detect(),
        engine.device().toString(),
        engine.threads(),
        precision,
        TensorEngine.libtorchVersion(),
        TensorEngine.djlVersion());
  }
}
