/**
 * The door to Kafka: the embedded broker, clients with the guarantees that Plumbline's promises
 * need, topics as the catalogue says, typed reading and publishing. Owns how records travel; what
 * they mean belongs to the vocabulary, and who reads which topic to the roles.
 */
@NullMarked
package dev.plumbline.kafka;

import org.jspecify.annotations.NullMarked;
