/**
 * The vocabulary of Plumbline: immutable records for everything that travels on a topic, their Avro
 * contracts and codecs, and the typed catalogue of topics. It knows nothing of Kafka clients, of
 * disks or of learning; whoever moves, stores or learns from these records depends on it.
 */
@NullMarked
package dev.plumbline.events;

import org.jspecify.annotations.NullMarked;
