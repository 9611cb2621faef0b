/**
 * The HTTP side of the loop: takes feedback, prompts, completions and comparison tasks in, hands
 * policy versions and the live page out. Owns routes, their guard and what is answered when; what
 * records mean is left to the vocabulary, what becomes of them to streams and trainers.
 */
@NullMarked
package dev.plumbline.gateway;

import org.jspecify.annotations.NullMarked;
