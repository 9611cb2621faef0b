/**
 * What feeds the loop: data set replay, prompts, the sampler that puts completions of the newest
 * policy version up for judgement, and simulated annotators. Each role starts, stops, and can be
 * killed at any moment without losing or doubling what it writes. Accepting feedback from outside
 * is left to the gateway, deciding what it means to the streams.
 */
@NullMarked
package dev.plumbline.feeds;

import org.jspecify.annotations.NullMarked;
