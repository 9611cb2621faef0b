/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import dev.plumbline.base.keys.FileKeyStore;
import dev.plumbline.base.keys.KeyEntry;
import dev.plumbline.base.settings.SettingsSource;
import dev.plumbline.gateway.dialect.Json;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What can be done with keys beside erasing. */
@Command(
    name = "keys",
    mixinStandardHelpOptions = true,
    description = "The keys under which subjects' texts are sealed.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Examples:", "  plumbline keys list", "  plumbline keys rotate"},
    subcommands = {KeysCommand.ListKeys.class, KeysCommand.Rotate.class})
final class KeysCommand {

  private static FileKeyStore open(CommonOptions common) {
    AppSettings settings = common.settings(SettingsSource.empty(), List.of());
    return FileKeyStore.open(
        settings.keys(), settings.data(), System.getenv(), InstantSource.system());
  }

  /** Prints which subjects have keys. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Prints the subjects that have a key, and those whose key was destroyed.")
  static final class ListKeys implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private CommonOptions common = new CommonOptions();

    @Option(names = "--json", description = "Prints one line of JSON per subject.")
    private boolean json;

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      for (KeyEntry entry : open(common).list()) {
        out.println(json ? Json.write(entry) : line(entry));
      }
      out.flush();
      return 0;
    }

    private static String line(KeyEntry entry) {
      return entry.isErased()
          ? "%s  erased %s".formatted(entry.subject(), entry.at())
          : "%s  key %s, made %s, wrapped by %s"
              .formatted(entry.subject(), entry.keyId(), entry.at(), entry.wrappedBy());
    }
  }

  /** Replaces the key-encryption key. */
  @Command(
      name = "rotate",
      mixinStandardHelpOptions = true,
      description = {
        "Wraps every key under a new key-encryption key and drops the old one; roles go on meanwhile."
            + " Where the key-encryption key comes from the environment, give the new one before the"
            + " old one there, rotate, and drop the old one."
      })
  static final class Rotate implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private CommonOptions common = new CommonOptions();

    @Override
    public Integer call() {
      FileKeyStore keys = open(common);
      int wrapped = keys.rewrap();
      PrintWriter out = spec.commandLine().getOut();
      out.println(
          "%d keys are wrapped by key-encryption key %s now"
              .formatted(wrapped, keys.keyEncryptionKeyId()));
      out.flush();
      return 0;
    }
  }
}
