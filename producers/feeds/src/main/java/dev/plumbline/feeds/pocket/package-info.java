/**
 * The pocket policy: what {@code plumbline up} aligns when nothing from outside is given. Owns the
 * simple texts it is pretrained on, the attribute that its simulated annotators judge by, the
 * measurement of that attribute against the base, the pretraining recipe and the checkpoint made by
 * it. Everything that runs on Kafka, and who votes how, is left to the other packages of feeds.
 */
@NullMarked
package dev.plumbline.feeds.pocket;

import org.jspecify.annotations.NullMarked;
