/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.bench;

/** What a benchmark of a language model does with a batch of pairs. */
enum Workload {
  /** Log-probabilities of the completions. */
  SCORE(1),
  /** A preference step on an adapter: reference, policy, gradients, AdamW. */
  LORA_STEP(3),
  /** A step on all weights: policy, gradients, AdamW. */
  FULL_STEP(3);

  private final double forwardPasses;

  Workload(double forwardPasses) {
    this.forwardPasses = forwardPasses;
  }

  /**
   * Products of matrices that the work needs, in forward passes: a reference pass, a policy pass
   * and its gradients of activations; gradients of weights in place of the reference.
   */
  double forwardPasses() {
    return forwardPasses;
  }
}
