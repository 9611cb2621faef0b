/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands clients of one broker to all test classes that ask for {@link KafkaClients}; the broker
 * stops after the last of them. Tests keep apart by topic names.
 */
final class SharedBroker implements ParameterResolver {

  private record Running(Path folder, LocalBroker broker) implements AutoCloseable {

    static Running start() {
      try {
        Path folder = Files.createTempDirectory("plumbline-broker-");
        return new Running(folder, LocalBroker.startOnFreePort(folder));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      broker.close();
      try (Stream<Path> tree = Files.walk(folder)) {
        for (Path path : (Iterable<Path>) tree.sorted(Comparator.reverseOrder())::iterator) {
          Files.delete(path);
        }
      }
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == KafkaClients.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Running running =
        context
            .getRoot()
            .getStore(ExtensionContext.Namespace.create(SharedBroker.class))
            .getOrComputeIfAbsent("broker", key -> Running.start(), Running.class);
    return new KafkaClients(KafkaConnection.to(running.broker().bootstrapServers()));
  }
}
