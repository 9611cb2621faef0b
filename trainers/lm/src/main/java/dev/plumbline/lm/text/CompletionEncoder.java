/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.text;

import java.util.List;

/**
 * Encodes plain prompts and completions as TRL does: the end-of-sequence text behind each
 * completion that does not end with it, and around the whole the tokens that the tokenizer's
 * post-processor adds.
 *
 * @param tokenizer not closed here
 * @param specialText {@link SpecialText#TOKENS} is TRL's reading; {@link SpecialText#LITERAL} is
 *     the safe one for texts of strangers. They differ only in texts that contain a special token's
 */
public record CompletionEncoder(Tokenizer tokenizer, SpecialText specialText) {

  /** Encodes a prompt and its completions; a pair is two of them. */
  public PromptCompletions encode(String prompt, List<String> completions) {
    return PromptCompletions.of(
        tokenizer.encodeWithSpecials(prompt, specialText),
        completions.stream().map(completion -> ended(prompt, completion)).toList());
  }

  private int[] ended(String prompt, String completion) {
    return switch (specialText) {
      case TOKENS -> {
        String eos = tokenizer.decodeWithSpecials(new int[] {tokenizer.eosTokenId()});
        String text = prompt + (completion.endsWith(eos) ? completion : completion + eos);
        yield tokenizer.encodeWithSpecials(text, specialText);
      }
      case LITERAL ->
          tokenizer.encodeWithSpecials(prompt + completion, specialText, tokenizer.eosTokenId());
    };
  }
}
