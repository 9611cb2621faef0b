/**
 * Chat templates: conversations to the text a model was trained on, byte for byte as Hugging Face
 * transformers renders them, by an interpreter of the Jinja subset that such templates use. What it
 * does not know it refuses by name. Turning the text into token ids is left to the tokenizer.
 */
@NullMarked
package dev.plumbline.lm.chat;

import org.jspecify.annotations.NullMarked;
