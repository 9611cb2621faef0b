/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.training;

import java.util.HashMap;
import java.util.Map;

/** Keys of TRL's and transformers' YAML files that are no settings here, each with the reason. */
final class ForeignKeys {
  private ForeignKeys() {}

  static Map<String, String> reasons() {
    Map<String, String> reasons = new HashMap<>();
    put(
        reasons,
        "nothing is downloaded; data names files, eval_data or eval_fraction what is held out",
        "dataset_name",
        "dataset_config",
        "dataset_train_split",
        "dataset_test_split",
        "dataset_streaming",
        "datasets",
        "dataset_columns");
    put(
        reasons,
        "nothing is uploaded; output_dir is what huggingface-cli upload takes",
        "push_to_hub",
        "hub_model_id",
        "hub_strategy",
        "hub_token",
        "hub_private_repo",
        "hub_always_push",
        "hub_revision");
    put(
        reasons,
        "dtype says it: float32, bfloat16 or float64 (libtorch on CPUs has no float16 kernels for training)",
        "fp16",
        "tf32",
        "half_precision_backend",
        "fp16_full_eval",
        "bf16_full_eval");
    put(
        reasons,
        "models are not quantized in training",
        "load_in_4bit",
        "load_in_8bit",
        "use_bnb_nested_quant",
        "bnb_4bit_quant_type",
        "bnb_4bit_quant_storage");
    put(
        reasons,
        "there is one implementation, which needs no choice",
        "attn_implementation",
        "use_liger_kernel",
        "use_liger_loss",
        "torch_compile",
        "padding_free",
        "packing",
        "use_logits_to_keep",
        "group_by_length",
        "gradient_checkpointing_kwargs",
        "activation_offloading");
    put(
        reasons,
        "batches are not padded",
        "padding_value",
        "label_pad_token_id",
        "pad_token",
        "pad_to_multiple_of");
    put(
        reasons,
        "the optimizer is AdamW: learning_rate, adam_beta1, adam_beta2, adam_epsilon, weight_decay",
        "optim",
        "optim_args",
        "optim_target_modules",
        "lr_scheduler_kwargs",
        "neftune_noise_alpha");
    put(
        reasons,
        "one process trains, on engine_device",
        "deepspeed",
        "fsdp",
        "fsdp_config",
        "accelerator_config",
        "local_rank",
        "ddp_backend",
        "ddp_find_unused_parameters",
        "ddp_timeout",
        "num_processes",
        "use_cpu",
        "no_cuda");
    put(
        reasons,
        "rows are encoded by this process before the first step",
        "dataset_num_proc",
        "dataloader_num_workers",
        "dataloader_pin_memory",
        "dataloader_prefetch_factor",
        "dataloader_persistent_workers",
        "dataset_kwargs",
        "remove_unused_columns",
        "auto_find_batch_size");
    put(
        reasons,
        "held-out examples are scored per_device_train_batch_size at a time",
        "per_device_eval_batch_size",
        "eval_accumulation_steps",
        "batch_eval_metrics");
    put(
        reasons,
        "the reference is the model that training starts from, run with each batch in the same shape, so that equal weights give equal log-probabilities to the bit",
        "precompute_ref_log_probs",
        "precompute_ref_batch_size",
        "ref_model_init_kwargs",
        "model_adapter_name",
        "ref_adapter_name",
        "force_use_ref_model");
    put(
        reasons,
        "a model is a directory on this machine, and no code of it runs",
        "model_revision",
        "trust_remote_code",
        "model_init_kwargs",
        "tokenizer_name_or_path",
        "eos_token");
    put(
        reasons,
        "models have no dropout, adapters have lora_dropout",
        "disable_dropout",
        "hidden_dropout",
        "attention_dropout");
    put(
        reasons,
        "adapters are those of lora_r, lora_alpha, lora_dropout, lora_target_modules, use_rslora and use_dora",
        "lora_modules_to_save",
        "lora_task_type",
        "lora_bias",
        "lora_target_parameters",
        "modules_to_save",
        "init_lora_weights");
    put(
        reasons,
        "the log is in output_dir, with a line every logging_steps steps",
        "logging_dir",
        "logging_first_step",
        "logging_strategy",
        "logging_nan_inf_filter",
        "log_level",
        "log_completions",
        "include_num_input_tokens_seen",
        "include_tokens_per_second");
    put(
        reasons,
        "the result is the last step's; earlier ones are among the checkpoints",
        "load_best_model_at_end",
        "metric_for_best_model",
        "greater_is_better",
        "save_only_model",
        "save_safetensors",
        "eval_delay");
    put(
        reasons,
        "plumbline train trains, and scores held-out rows where there are any",
        "do_train",
        "do_eval",
        "do_predict",
        "generate_during_eval");
    put(reasons, "loss_type sigmoid_reference_free is that", "reference_free");
    put(reasons, "loss_type sigmoid,sft with loss_weights 1,ALPHA is that", "rpo_alpha");
    put(reasons, "dtype names the type of numbers", "fp16_opt_level");
    return Map.copyOf(reasons);
  }

  private static void put(Map<String, String> reasons, String reason, String... keys) {
    for (String key : keys) {
      reasons.put(key, reason);
    }
  }
}
