/**
 * A patient client of OpenAI-compatible chat completions: it keeps to the endpoint's pace, asks
 * again without end where asking again may help, and stops loudly where only somebody's action can.
 * What is asked, and what an answer means, is left to the judges.
 */
@NullMarked
package dev.plumbline.feeds.judges.chat;

import org.jspecify.annotations.NullMarked;
