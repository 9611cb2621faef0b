/**
 * When enough is known: the topology that turns feedback and reward scores into training examples,
 * exactly once. It owns identities and dispositions of events, the joining of votes and scores with
 * what they speak of, quorum and deadline. Whom to believe is left to judgement, what to learn from
 * examples to trainers.
 */
@NullMarked
package dev.plumbline.streams;

import org.jspecify.annotations.NullMarked;
