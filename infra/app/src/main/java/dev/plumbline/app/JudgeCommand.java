/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import picocli.CommandLine.Command;

/** A judge alone. */
@Command(
    name = "judge",
    mixinStandardHelpOptions = true,
    description =
        "Judges completions as a program, a controller, a reward model or a language model behind an OpenAI-compatible endpoint; writes rewards or feedback. See infra/docs/judges.md.",
    footer = {
      "",
      "Examples:",
      "  plumbline judge --set judge.kind=graded",
      "  plumbline judge --model DIR --set judge.kind=reward_model --set judge.directory=reward",
      "  plumbline judge --set judge.kind=chat --set judge.chat.model=qwen2.5:7b \\",
      "    --set judge.chat.base_url=http://127.0.0.1:11434/v1"
    })
final class JudgeCommand extends RoleCommand {
  JudgeCommand() {
    super("judge");
  }

  /** Several judges of one installation may share a machine. */
  @Override
  String processName(AppSettings settings) {
    return settings.judge().annotatorId().replaceAll("[^\\w.-]", "-");
  }

  @Override
  void start(Roles roles) {
    roles.startJudges();
  }
}
