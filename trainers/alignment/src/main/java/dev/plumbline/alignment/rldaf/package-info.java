/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The mathematics of RLDAF (Reinforcement Learning with Dynamic Adjust Feedback) as replaceable
 * parts, values in and values out: token rewards, what they weigh and how that adjusts, advantages,
 * and the loss with its derivative. No tensors, no model, no sampling: control of the prompt and of
 * the next token is {@link dev.plumbline.reward.control}'s, and who generates and who learns is
 * elsewhere.
 *
 * <p>Source: H. Wang and L. Sha, "Harnessing the Plug-and-Play Controller by Prompting", arXiv
 * 2402.04160. Of the paper we know that a plug-and-play controller moves a continuous prompt before
 * every token, and that reinforcement learning on what was generated under that control fine-tunes
 * a small part of the language model's parameters. Its reward, the parameters that it trains and
 * all constants are not public: what stands here is our reading, and each type says which is which.
 */
@NullMarked
package dev.plumbline.alignment.rldaf;

import org.jspecify.annotations.NullMarked;
