/**
 * Whom to believe: what several annotators' verdicts say together about two candidates, about one,
 * about the order of several, or about spans of a text. Values in, values out, in integer
 * arithmetic and independent of order; who asked, when enough is known and where results go is left
 * to others.
 */
@NullMarked
package dev.plumbline.judgement;

import org.jspecify.annotations.NullMarked;
