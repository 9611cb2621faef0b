/**
 * Erasure of a person: their contribution is taken back on every partition, their key destroyed,
 * and it is seen that streams have followed. Owns the order of these steps and what is told of
 * them; what a retraction does to examples belongs to streams, keys to the key store, and which
 * versions had learned to the lineage.
 */
@NullMarked
package dev.plumbline.app.erasure;

import org.jspecify.annotations.NullMarked;
