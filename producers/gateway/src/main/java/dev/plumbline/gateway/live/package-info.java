/**
 * What can be seen of the loop right now: a bounded fold of the topics' records into what flows,
 * what waits and which versions came of it. Pure but for a clock handed in; where records come from
 * and how views reach a browser is left to the gateway.
 */
@NullMarked
package dev.plumbline.gateway.live;

import org.jspecify.annotations.NullMarked;
