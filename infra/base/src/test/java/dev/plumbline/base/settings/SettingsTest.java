/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {

  enum Loss {
    SIGMOID,
    SIGMOID_NORM
  }

  record Training(
      @Setting(doc = "Strength of the pull to the reference.", min = "0", max = "10") double beta,
      @Setting(doc = "Examples per device.", defaultValue = "4", min = "1") int perDeviceBatchSize,
      @Setting(doc = "The loss.", defaultValue = "sigmoid") Loss lossType) {
    Training {
      if (beta == 0) {
        throw new IllegalArgumentException("beta must be positive, but was 0.0");
      }
    }
  }

  record Role(
      @Setting(doc = "Where data lives.", defaultValue = "data") Path dataFolder,
      @Setting(doc = "How long to wait.", defaultValue = "1h30m", min = "1s", max = "2d")
          Duration quorumTimeout,
      @Setting(doc = "Names of judges.", defaultValue = "") List<String> judges,
      @Setting(doc = "A key | never shown.", secret = true) @Nullable String apiKey,
      @Setting(doc = "Learning.") Training training) {}

  @Test
  void shouldTakeDefaultsWhereNothingIsGiven() {
    Role role = bind("training: {beta: 0.1}");

    assertThat(role)
        .isEqualTo(
            new Role(
                Path.of("data"),
                Duration.ofMinutes(90),
                List.of(),
                null,
                new Training(0.1, 4, Loss.SIGMOID)));
  }

  @Test
  void shouldReadEveryKindOfValue() {
    Role role =
        bind(
            """
            data_folder: /srv/plumbline
            quorum_timeout: 10s
            judges: [anna, bert]
            api_key: s3cret
            training:
              beta: 0.5
              per_device_batch_size: 8
              loss_type: sigmoid_norm
            """);

    assertThat(role)
        .isEqualTo(
            new Role(
                Path.of("/srv/plumbline"),
                Duration.ofSeconds(10),
                List.of("anna", "bert"),
                "s3cret",
                new Training(0.5, 8, Loss.SIGMOID_NORM)));
  }

  @Test
  void shouldLetOverridesWinOverTheFileInOrder(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("plumbline.yaml"), "training:\n  beta: 0.5\n");

    Role role =
        Settings.bind(
            Role.class,
            SettingsSource.yaml(file)
                .with(List.of("training.beta=0.2", "judges=anna, bert"))
                .with("training.beta", "0.3", "--beta"));

    assertThat(role.training().beta()).isEqualTo(0.3);
    assertThat(role.judges()).containsExactly("anna", "bert");
  }

  @Test
  void shouldNameTheNearestKnownKeyAndTheLine() {
    assertThatThrownBy(() -> bind("training:\n  beta: 0.1\n  per_device_batchsize: 8\n"))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessage(
            "test.yaml:3: unknown setting 'training.per_device_batchsize'; did you mean 'training.per_device_batch_size'?");
  }

  @Test
  void shouldFindTheSectionOfAKeyThatStandsInTheWrongPlace() {
    assertThatThrownBy(() -> bind("training: {beta: 0.1}\nloss_type: sigmoid\n"))
        .hasMessage("test.yaml:2: unknown setting 'loss_type'; did you mean 'training.loss_type'?");
  }

  @Test
  void shouldListTheKnownKeysWhenNoneIsNear() {
    assertThatThrownBy(() -> bind("training: {beta: 0.1, temperature_of_the_sea: 8}"))
        .hasMessageEndingWith("known here: beta, per_device_batch_size, loss_type");
  }

  @Test
  void shouldRefuseAValueOutOfRangeNamingKeyValueAndRange() {
    assertThatThrownBy(
            () ->
                Settings.bind(
                    Role.class,
                    SettingsSource.empty().with(List.of("training.beta=11", "quorum_timeout=3d"))))
        .isInstanceOfSatisfying(
            InvalidSettingsException.class,
            refusal ->
                assertThat(refusal.problems())
                    .containsExactly(
                        "--set quorum_timeout: quorum_timeout must be 1s to 2d, but was 3d",
                        "--set training.beta: training.beta must be 0 to 10, but was 11"));
  }

  @Test
  void shouldRefuseAValueOfTheWrongForm() {
    assertThatThrownBy(
            () ->
                bind(
                    """
                    quorum_timeout: 90
                    training: {beta: much, per_device_batch_size: 1.5, loss_type: hinge}
                    """))
        .isInstanceOfSatisfying(
            InvalidSettingsException.class,
            refusal ->
                assertThat(refusal.problems())
                    .containsExactly(
                        "test.yaml:1: quorum_timeout was '90', which is not a duration such as 250ms, 10s, 2m, 1h30m or 7d",
                        "test.yaml:2: training.beta was 'much', which is not a number",
                        "test.yaml:2: training.per_device_batch_size was '1.5', which is not a whole number",
                        "test.yaml:2: training.loss_type was 'hinge', which is not one of sigmoid, sigmoid_norm"));
  }

  @Test
  void shouldDemandARequiredValue() {
    assertThatThrownBy(() -> bind("judges: []"))
        .hasMessage(
            "training.beta is required, but was not given: Strength of the pull to the reference.");
  }

  @Test
  void shouldReportWhatTheRecordItselfRefuses() {
    assertThatThrownBy(() -> bind("training:\n  beta: 0\n"))
        .hasMessage("test.yaml:1: training: beta must be positive, but was 0.0");
  }

  @Test
  void shouldRefuseASectionThatIsAValueAndAValueThatIsASection() {
    assertThatThrownBy(() -> bind("training: 3\ndata_folder: {a: b}\n"))
        .hasMessageContaining(
            "test.yaml:1: training is a section, expected settings such as training.beta below it")
        .hasMessageContaining("test.yaml:2: data_folder expects a single value of type path");
  }

  @Test
  void shouldRefuseAKeyGivenTwiceAndBrokenYaml() {
    assertThatThrownBy(() -> bind("judges: []\njudges: [anna]\n"))
        .hasMessage("test.yaml:2: setting 'judges' is given twice, first at test.yaml:1");
    assertThatThrownBy(() -> bind("judges: [anna\nx: y\n")).hasMessageContaining("not valid YAML");
    assertThatThrownBy(() -> SettingsSource.empty().with(List.of("training.beta")))
        .hasMessage("--set training.beta: expected key=value, as in trainer.beta=0.1");
    assertThatThrownBy(() -> SettingsSource.yaml(Path.of("absent.yaml")))
        .hasMessage("settings file absent.yaml does not exist");
  }

  @Test
  void shouldNeverShowASecret() {
    Role role = bind("api_key: s3cret\ntraining: {beta: 0.1}");

    assertThat(Settings.describe(role))
        .isEqualTo(
            """
            data_folder = data
            quorum_timeout = 1h30m
            judges = []
            api_key = ****
            training.beta = 0.1
            training.per_device_batch_size = 4
            training.loss_type = sigmoid""");
  }

  @Test
  void shouldDocumentEverySettingInATable() {
    assertThat(Settings.reference(Role.class))
        .isEqualTo(
            """
            | key | type | default | range | meaning |
            |---|---|---|---|---|
            | `data_folder` | path | `data` |  | Where data lives. |
            | `quorum_timeout` | duration | `1h30m` | 1s to 2d | How long to wait. |
            | `judges` | list of string | empty |  | Names of judges. |
            | `api_key` | string | not set |  | A key \\| never shown. |
            | `training.beta` | number | required | 0 to 10 | Strength of the pull to the reference. |
            | `training.per_device_batch_size` | integer | `4` | at least 1 | Examples per device. |
            | `training.loss_type` | sigmoid, sigmoid_norm | `sigmoid` |  | The loss. |
            """);
  }

  @Test
  void shouldTakeListsWhoseElementsHaveCommas() {
    SettingsSource source =
        SettingsSource.yaml("training: {beta: 0.1}", "test.yaml")
            .with("judges", List.of("anna, the first", "bert"), "--judges");

    assertThat(Settings.bind(Role.class, source).judges())
        .containsExactly("anna, the first", "bert");
  }

  @Test
  void shouldKnowKeysByOtherNamesThoughNotTwice() {
    Map<String, String> names = Map.of("folder", "data_folder", "training_settings", "training");
    SettingsSource source =
        SettingsSource.yaml("folder: here\ntraining_settings: {beta: 0.1}\n", "test.yaml");

    assertThat(Settings.bind(Role.class, source.renamed(names)).dataFolder())
        .isEqualTo(Path.of("here"));
    assertThatThrownBy(() -> source.with("data_folder", "there", "--data_folder").renamed(names))
        .hasMessage(
            "--data_folder: setting 'data_folder' is given twice, first at test.yaml:1; it is also called 'folder'");
  }

  @Test
  void shouldRefuseARecordWithAnUndocumentedSetting() {
    record Undocumented(int size) {}

    assertThatThrownBy(() -> Settings.bind(Undocumented.class, SettingsSource.empty()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Undocumented.size has no @Setting: every setting is documented");
  }

  private static Role bind(String yaml) {
    return Settings.bind(Role.class, SettingsSource.yaml(yaml, "test.yaml"));
  }
}
