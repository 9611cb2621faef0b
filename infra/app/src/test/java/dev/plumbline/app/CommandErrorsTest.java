/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import static dev.plumbline.app.Commands.assertRefused;
import static dev.plumbline.app.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.app.Commands.Outcome;
import dev.plumbline.base.DataFolder;
import dev.plumbline.base.LoopbackPorts;
import dev.plumbline.base.settings.Inlined;
import dev.plumbline.feeds.pocket.PocketPolicy;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What a user sees who got something wrong: one message, and nothing half begun. */
class CommandErrorsTest {
  @TempDir private Path folder;
  private Path data;

  @BeforeEach
  void chooseDataFolder() {
    data = folder.resolve("data");
  }

  @Test
  void shouldNameTheNearestSettingOfAnUnknownOne() {
    assertRefused(
        up("--set", "trainer.learning.bata=0.2"),
        "--set trainer.learning.bata: unknown setting 'trainer.learning.bata'; did you mean 'trainer.learning.beta'?");
    assertThat(data).doesNotExist();
  }

  @Test
  void shouldSayWhatARebuildNeedsAndWhatALineageIsAskedFor() {
    assertRefused(
        run("rebuild", "assistant", "--without", "votes:7"),
        "--without: expected event:ID, annotator:ID, subject:ID or tainted, but was 'votes:7'");
    assertRefused(
        run("rebuild", "assistant", "--without", "tainted"),
        "--as: policy 'assistant.rebuilt' has no feed, only [assistant] have: append it to topics.policies");
    assertRefused(
        run("rebuild", "assistant", "--without", "tainted", "--as", "assistant"),
        "--as: must be another name than assistant, which exists");
    assertRefused(
        run("rebuild", "assistent", "--without", "tainted"),
        "POLICY: the settings are those of lanes that learn [assistant], not assistent: give the settings that it is learned by (--config, --set trainer.policy=assistent)");
    assertRefused(
        run("lineage", "assistant-42"),
        "VERSION: a policy version looks like assistant@000042, but was \"assistant-42\"");
  }

  @Test
  void shouldNameTheLineOfAnUnknownKeyInAFile() throws IOException {
    Path config = folder.resolve("mine.yaml");
    Files.writeString(config, "# mine\nstreams:\n  quorum: 2\n  qorum: 3\n");

    assertRefused(
        up("--config", config.toString()),
        "mine.yaml:4: unknown setting 'streams.qorum'; did you mean 'streams.quorum'?");
  }

  @Test
  void shouldNameTheFlagKeyValueAndRangeOfWhatIsOutOfRange() {
    assertRefused(up("--port", "70000"), "--port: gateway.port must be 0 to 65535, but was 70000");
    assertRefused(
        up("--set", "streams.quorum=0"),
        "--set streams.quorum: streams.quorum must be 1 to 1000, but was 0");
  }

  @Test
  void shouldNameTheLoopsThatThereAreAndTheOnesThatAFileIsEnoughFor() {
    assertRefused(
        up("--objective", "grpoo"),
        "--objective: objective was 'grpoo', which is not one of dpo, tdpo2, online_dpo, grpo, rloo, rldaf");
    assertRefused(
        up("--objective", "grpo", "--replay", "votes.jsonl"),
        "objective: grpo learns from a judge of new completions, but a file was named to learn from: expected dpo or tdpo2, or no file");
  }

  @Test
  void shouldSayThatASettingsFileDoesNotExist() {
    Path absent = folder.resolve("absent.yaml");

    assertRefused(
        up("--config", absent.toString()), "settings file %s does not exist".formatted(absent));
  }

  /** Tests may run as root, whom no permission stops; a file in the way stops everybody. */
  @Test
  void shouldNameADataFolderThatCannotBeWritten() throws IOException {
    Files.writeString(data, "in the way");

    assertRefused(
        up(),
        "data folder %s can't be created (FileAlreadyExistsException): choose a folder that this user may write"
            .formatted(data));
  }

  @Test
  void shouldNameAnArtifactStoreThatCannotBeWritten() throws IOException {
    Files.createDirectories(data);
    Files.writeString(data.resolve("artifacts"), "in the way");

    Outcome outcome = up();

    assertThat(outcome.code()).isEqualTo(Failures.REFUSED);
    assertThat(outcome.onlyErrorLine())
        .startsWith(
            "plumbline: artifact store %s can't be written".formatted(data.resolve("artifacts")));
  }

  @Test
  void shouldNameTheProcessThatUsesTheDataFolder() {
    try (DataFolder owner = DataFolder.open(data)) {
      assertRefused(
          up(),
          "data folder %s is already in use by process %d: stop that process, or choose another folder"
              .formatted(owner.path(), ProcessHandle.current().pid()));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "config.json, 0, the file is missing",
    "tokenizer.json, 0, the file is missing",
    "tokenizer.json, 0.5, not valid JSON",
    "model.safetensors, 0, the file is missing",
    "model.safetensors, 0.5, truncated"
  })
  void shouldNameTheBrokenFileOfAModelBeforeABrokerStarts(String name, double kept, String problem)
      throws IOException {
    Path model = folder.resolve("model");
    PocketPolicy.extractTo(model);
    Path file = model.resolve(name);
    byte[] bytes = Files.readAllBytes(file);
    Files.delete(file);
    if (kept > 0) {
      Files.write(file, Arrays.copyOf(bytes, (int) (kept * bytes.length)));
    }

    Outcome outcome = up("--model", model.toString());

    assertThat(outcome.code()).isEqualTo(Failures.REFUSED);
    assertThat(outcome.onlyErrorLine()).startsWith("plumbline: ").contains(name + ": " + problem);
    assertThat(data.resolve("kafka")).doesNotExist();
  }

  @Test
  void shouldNameAModelFolderThatDoesNotExist() {
    Path absent = folder.resolve("absent");

    assertRefused(up("--model", absent.toString()), absent + ": there is no such directory");
  }

  /** Nobody waits for a cluster that an export could not have been sent to anyway. */
  @Test
  void shouldNameAnExportThatDoesNotExistOrWhoseFormatIsNone() throws IOException {
    Path absent = folder.resolve("absent.json");
    Path present = Files.writeString(folder.resolve("records.json"), "[]");

    assertRefused(
        run("import", absent.toString(), "--data", data.toString()),
        "FILE: %s: there is no such file".formatted(absent));
    assertRefused(
        run("import", present.toString(), "--scores", absent.toString()),
        "--scores: %s: there is no such file".formatted(absent));
    assertThat(run("import", present.toString(), "--format", "argila").onlyErrorLine())
        .startsWith(
            "plumbline: --format: feedback_import.format was 'argila', which is not one of trl_pairwise,");
  }

  @Test
  void shouldNameTheLabelsThatAnExperimentLacks() {
    String output = folder.resolve("trust").toString();

    assertRefused(
        run("experiment", "trust", "--data", folder.toString(), "--output", output),
        "--data: %s: there is no such file".formatted(folder.resolve("pandalm/pairs.jsonl.gz")));
    assertThat(
            run(
                    "experiment",
                    "trust",
                    "--data",
                    folder.toString(),
                    "--output",
                    output,
                    "--farm-epochs",
                    "2")
                .err())
        .startsWith("--farm-epochs must be at least 4, but was 2");
  }

  @Test
  void shouldNameTheDevicesThatTheLoopCanUse() {
    assertRefused(
        up("--set", "engine_device=tpu"),
        "engine_device: device must be cpu, cuda or cuda:N, but was 'tpu'");
    assertThat(up("--set", "engine_device=cuda").onlyErrorLine())
        .startsWith("plumbline: device cuda:0 needs libtorch for CUDA");
  }

  @Test
  void shouldNameTheSettingOfABrokerPortInUse() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertRefused(
          up("--broker-port", Integer.toString(taken.getLocalPort())),
          "port %d on 127.0.0.1 is already in use: stop the process that listens there, or choose another port with broker_port"
              .formatted(taken.getLocalPort()));
    }
  }

  @Test
  void shouldNameTheSettingOfAGatewayPortInUseAndLeaveEverythingFree() throws IOException {
    int brokerPort = LoopbackPorts.findFree(2).getFirst();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertRefused(
          up(
              "--port",
              Integer.toString(taken.getLocalPort()),
              "--broker-port",
              Integer.toString(brokerPort)),
          "port %d on 127.0.0.1 is already in use: stop the process that listens there, or choose another port with gateway.port"
              .formatted(taken.getLocalPort()));
    }
    LoopbackPorts.requireFree(brokerPort, "the test");
    DataFolder.open(data).close();
  }

  @Test
  void shouldRefuseToExitAfterNoVersions() {
    Outcome outcome = up("--exit-after-versions", "0");

    assertThat(outcome.code()).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(outcome.err())
        .startsWith("--exit-after-versions must be at least 1, but was 0")
        .contains("Usage: plumbline up");
  }

  @Test
  void shouldNameTheNearestCommandOfAnUnknownOne() {
    Outcome outcome = run("trainr");

    assertThat(outcome.code()).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(outcome.err()).contains("'trainr'", "plumbline trainer");
    assertThat(run().err()).contains("A command is missing.", "First steps:");
  }

  @Test
  void shouldMentionEveryCommandInTheHelpAndTeachEach() {
    String help = run("--help").out();

    for (String command : Plumbline.commandLine().getSubcommands().keySet()) {
      assertThat(help).containsPattern("(?m)^  " + command + " ");
      Outcome own = run("help", command);
      assertThat(own.code()).isZero();
      assertThat(own.out()).contains("Usage: plumbline " + command);
    }
  }

  @Test
  void shouldPrintEverySetting() {
    String reference = run("settings").out();

    List<String> keys = keys("", AppSettings.class).toList();
    assertThat(keys).contains("data", "streams.quorum", "trainer.learning.beta", "replay.file");
    assertThat(keys).allSatisfy(key -> assertThat(reference).containsPattern("\\b" + key + "\\b"));
  }

  private static Stream<String> keys(String prefix, Class<?> section) {
    return Arrays.stream(section.getRecordComponents())
        .flatMap(component -> keys(prefix, component));
  }

  private static Stream<String> keys(String prefix, RecordComponent component) {
    String name =
        component.getName().replaceAll("([a-z])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    if (component.isAnnotationPresent(Inlined.class)) {
      return keys(prefix, component.getType());
    }
    return component.getType().isRecord()
        ? keys(prefix + name + ".", component.getType())
        : Stream.of(prefix + name);
  }

  private Outcome up(String... arguments) {
    List<String> all = new ArrayList<>(List.of("up", "--data", data.toString()));
    all.addAll(List.of(arguments));
    return run(all.toArray(String[]::new));
  }
}
