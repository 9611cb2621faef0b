/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.keys;

import dev.plumbline.base.settings.Setting;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the keys of subjects are, for every role that writes or reads what they wrote. */
public record KeySettings(
    @Setting(
            doc =
                "Folder of the subjects' keys, shared by all roles that write or read their text; keys in the data folder when not set.")
        @Nullable Path folder,
    @Setting(
            doc =
                "File of the key-encryption key (64 hexadecimal digits) that protects the keys at rest; key-encryption-key in the data folder, made on first use, when neither this nor the variable named by key_encryption_key_env is set.")
        @Nullable Path keyEncryptionKeyFile,
    @Setting(
            doc =
                "Environment variable that may hold the key-encryption key instead of a file; several between commas, the newest first.",
            defaultValue = "PLUMBLINE_KEY_ENCRYPTION_KEY")
        String keyEncryptionKeyEnv) {}
